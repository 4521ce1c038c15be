-- Outgoing webhooks: who is told of what, and what became of each delivery.

-- The history in the order of time. Next to nothing to keep for who writes, because rows come in that order. An expression,
-- so that nothing but this index serves who asks by it: the primary key holds the time too, as its last column, and would
-- be read whole.
CREATE INDEX transitions_time ON transitions USING brin ((at - 'epoch'::timestamptz))
    WITH (pages_per_range = 32, autosummarize = on);

-- Macrosteps after a place and before a moment, in order, at most so many: partition by partition, and of each only what
-- the index says. A partition that is dropped meanwhile has nothing (any more).
CREATE FUNCTION history_between(
    start_at timestamptz, start_post bigint, start_revision bigint, end_at timestamptz, most bigint)
    RETURNS TABLE (
        post_id bigint, revision bigint, at timestamptz, event text, actor text, from_states text[], to_states text[],
        is_parked boolean, chart_id integer)
    LANGUAGE plpgsql STABLE
AS $$
DECLARE
    partition text;
    found bigint;
BEGIN
    FOR partition IN
        SELECT r.name FROM partition_ranges('transitions') r
        WHERE r.ends > start_at AND r.starts < end_at ORDER BY r.starts
    LOOP
        EXIT WHEN most <= 0;
        BEGIN
            RETURN QUERY EXECUTE format(
                'SELECT t.post_id, t.revision, t.at, t.event, t.actor, t.from_states, t.to_states,
                    t.problem IS NOT NULL, t.chart_id
                FROM %I t
                WHERE t.at - ''epoch''::timestamptz >= $1 - ''epoch''::timestamptz
                    AND t.at - ''epoch''::timestamptz < $4 - ''epoch''::timestamptz
                    AND (t.at - ''epoch''::timestamptz, t.post_id, t.revision) > ($1 - ''epoch''::timestamptz, $2, $3)
                ORDER BY t.at, t.post_id, t.revision LIMIT $5', partition)
            USING start_at, start_post, start_revision, end_at, most;
            GET DIAGNOSTICS found = ROW_COUNT;
            most := most - found;
        EXCEPTION WHEN undefined_table THEN NULL;
        END;
    END LOOP;
END
$$;

-- Nothing has used it so far.
DROP TABLE subscriptions;
CREATE TABLE subscriptions (
    id                 text COLLATE "C" PRIMARY KEY,
    url                text NOT NULL,
    label              text NOT NULL,
    topics             text[] NOT NULL,
    -- Empty means any.
    stages             text[] NOT NULL,
    statuses           text[] NOT NULL,
    state              text COLLATE "C" NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'disabled')),
    reason             text NOT NULL DEFAULT '',
    -- The secret is derived from the master key of this id; of the former one until then.
    key_id             text COLLATE "C" NOT NULL,
    generation         bigint NOT NULL CHECK (generation > 0),
    former_key_id      text COLLATE "C",
    former_generation  bigint,
    former_until       timestamptz,
    created_at         timestamptz NOT NULL,
    -- Goes up with each change of the row: who changes it names the one that was read.
    version            bigint NOT NULL DEFAULT 1,
    -- How far the history has been read.
    cursor_at          timestamptz NOT NULL,
    cursor_post        bigint NOT NULL DEFAULT 0,
    cursor_revision    bigint NOT NULL DEFAULT 0,
    -- The part of it that is read once more.
    replay_at          timestamptz,
    replay_post        bigint,
    replay_revision    bigint,
    replay_until       timestamptz,
    -- Since when every attempt has failed.
    failing_since      timestamptz,
    -- Asked by the receiver not to come before.
    paused_until       timestamptz,
    owner              text COLLATE "C",
    epoch              bigint NOT NULL DEFAULT 0,
    lease_until        timestamptz,
    CHECK ((state = 'active') = (reason = '')),
    CHECK ((owner IS NULL) = (lease_until IS NULL)),
    CHECK ((former_key_id IS NULL) = (former_until IS NULL) AND (former_key_id IS NULL) = (former_generation IS NULL)),
    CHECK (num_nulls(replay_at, replay_post, replay_revision, replay_until) IN (0, 4))
) WITH (fillfactor = 50);

CREATE TABLE webhook_deliveries (
    subscription_id  text COLLATE "C" NOT NULL,
    post_id          bigint NOT NULL,
    revision         bigint NOT NULL,
    -- When the macrostep was committed.
    at               timestamptz NOT NULL,
    type             text COLLATE "C" NOT NULL,
    -- Empty once the delivery has ended.
    data             json,
    state            text COLLATE "C" NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'failed')),
    attempts         bigint NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    next_at          timestamptz NOT NULL,
    -- Of the last attempt.
    status           bigint,
    detail           text NOT NULL DEFAULT '',
    queued_at        timestamptz NOT NULL,
    first_tried_at   timestamptz,
    last_tried_at    timestamptz,
    ended_at         timestamptz,
    PRIMARY KEY (subscription_id, post_id, revision),
    CHECK ((state = 'pending') = (ended_at IS NULL)),
    CHECK ((state = 'pending') = (data IS NOT NULL))
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (subscription_id, next_at) WHERE state = 'pending';
CREATE INDEX webhook_deliveries_at ON webhook_deliveries (subscription_id, at, post_id, revision);
CREATE INDEX webhook_deliveries_age ON webhook_deliveries (ended_at) WHERE state <> 'pending';
