-- The first schema. JSON is of type json: it comes back as it was written, byte by byte (jsonb would turn 1e16 into an
-- integer), and costs less to write. Technical names compare by their bytes, whatever the database's locale.

-- Times travel as microseconds since 1970. Exact from 1684 to 2255; the service refuses others.
CREATE FUNCTION time_of(microseconds bigint) RETURNS timestamptz
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$ SELECT 'epoch'::timestamptz + $1 * '1 microsecond'::interval $$;

CREATE FUNCTION micros_of(moment timestamptz) RETURNS bigint
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$ SELECT (extract(epoch FROM $1) * 1000000)::bigint $$;

-- A batch decides once, under the locks, which of its writes win and what time it is; its other statements ask here.
-- Kept as settings of the transaction, because no statement can hand a value to the next within one flush.
CREATE FUNCTION commit_wins() RETURNS boolean[]
    LANGUAGE sql STABLE AS $$ SELECT current_setting('rejoinder.wins')::boolean[] $$;

CREATE FUNCTION commit_at() RETURNS timestamptz
    LANGUAGE sql STABLE AS $$ SELECT time_of(current_setting('rejoinder.at')::bigint) $$;

-- Rewritten by each macrostep, so: room for it on the same page, and no index on what changes (HOT updates). Lists by
-- stage and status walk the primary key.
CREATE TABLE posts (
    id             bigint PRIMARY KEY CHECK (id > 0),
    -- 0 only within the transaction that creates the post.
    revision       bigint NOT NULL DEFAULT 0 CHECK (revision >= 0),
    chart          text COLLATE "C" NOT NULL DEFAULT '',
    configuration  text[] NOT NULL DEFAULT '{}',
    context        json NOT NULL DEFAULT '{}',
    memory         json NOT NULL DEFAULT '{}',
    priority       bigint NOT NULL DEFAULT 0,
    queue_stage    text COLLATE "C" NOT NULL DEFAULT '',
    queue_status   text COLLATE "C" NOT NULL DEFAULT '',
    assigned_to    text COLLATE "C",
    assigned_at    timestamptz,
    processed_at   timestamptz,
    retry_count    bigint NOT NULL DEFAULT 0 CHECK (retry_count >= 0),
    waits_for      text COLLATE "C" NOT NULL DEFAULT 'nothing' CHECK (waits_for IN ('work', 'person', 'nothing')),
    metadata       json NOT NULL DEFAULT '{}',
    changed_at     timestamptz NOT NULL DEFAULT 'epoch'
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);

CREATE TABLE submissions (
    post_id        bigint PRIMARY KEY REFERENCES posts (id),
    source         text NOT NULL,
    community      text NOT NULL,
    author         text,
    title          text NOT NULL,
    body           text NOT NULL,
    url            text NOT NULL,
    permalink      text NOT NULL,
    created_at     timestamptz NOT NULL,
    score          bigint NOT NULL,
    comment_count  bigint NOT NULL,
    extra          json NOT NULL
);
CREATE INDEX submissions_community ON submissions (community, post_id);

CREATE TABLE transitions (
    post_id          bigint NOT NULL,
    revision         bigint NOT NULL CHECK (revision > 0),
    at               timestamptz NOT NULL,
    event            text NOT NULL,
    data             json NOT NULL,
    origin           text NOT NULL,
    actor            text NOT NULL,
    from_states      text[] NOT NULL,
    to_states        text[] NOT NULL,
    guards           json NOT NULL,
    effects          json NOT NULL,
    now              timestamptz NOT NULL,
    chart            text COLLATE "C" NOT NULL,
    settings_digest  text COLLATE "C" NOT NULL,
    duration_us      bigint NOT NULL,
    problem          text,
    batch_id         text COLLATE "C" NOT NULL,
    PRIMARY KEY (post_id, revision, at)
) PARTITION BY RANGE (at);
CREATE TABLE transitions_default PARTITION OF transitions DEFAULT;

CREATE TABLE jobs (
    post_id        bigint NOT NULL,
    number         bigint NOT NULL CHECK (number > 0),
    invocation     text NOT NULL,
    source         text COLLATE "C" NOT NULL,
    stage          text COLLATE "C" NOT NULL,
    input          json NOT NULL,
    phase          text COLLATE "C" NOT NULL CHECK (phase IN ('waiting', 'starting', 'accepted', 'done')),
    attempt        bigint NOT NULL CHECK (attempt >= 0),
    endpoint       text COLLATE "C",
    epoch          bigint,
    priority       bigint NOT NULL,
    community      text NOT NULL,
    queued_at      timestamptz NOT NULL,
    ready_at       timestamptz NOT NULL,
    wake_at        timestamptz NOT NULL,
    deadline       timestamptz,
    assigned_at    timestamptz,
    last_heard_at  timestamptz,
    timeout_us     bigint NOT NULL CHECK (timeout_us > 0),
    remote_id      text,
    progress       json NOT NULL DEFAULT '{}',
    delivery_id    text,
    delivery_hash  text,
    PRIMARY KEY (post_id, number),
    -- Who has a running attempt, since when and until when is always known.
    CHECK (phase NOT IN ('starting', 'accepted')
        OR (endpoint IS NOT NULL AND epoch IS NOT NULL AND assigned_at IS NOT NULL AND deadline IS NOT NULL
            AND attempt > 0))
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
CREATE INDEX jobs_ready ON jobs (source, priority DESC, queued_at, post_id, number) WHERE phase = 'waiting';
CREATE INDEX jobs_oldest ON jobs (source, queued_at, post_id, number) WHERE phase = 'waiting';
CREATE INDEX jobs_wake ON jobs (wake_at, post_id, number) WHERE phase <> 'done';
CREATE INDEX jobs_running ON jobs (endpoint) WHERE phase IN ('starting', 'accepted');

CREATE TABLE timers (
    post_id     bigint NOT NULL,
    name        text COLLATE "C" NOT NULL,
    occurrence  bigint NOT NULL,
    due         timestamptz NOT NULL,
    PRIMARY KEY (post_id, name)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
CREATE INDEX timers_due ON timers (due, post_id, name);

CREATE TABLE inbox (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    post_id     bigint NOT NULL,
    event       text NOT NULL,
    data        json NOT NULL,
    actor       text NOT NULL,
    created_at  timestamptz NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.05);
CREATE INDEX inbox_post ON inbox (post_id);

-- A log: no uniqueness, nothing is looked up in it to decide.
CREATE TABLE deliveries (
    post_id      bigint NOT NULL,
    number       bigint NOT NULL,
    attempt      bigint NOT NULL,
    delivery_id  text NOT NULL,
    body_hash    text NOT NULL,
    body         bytea NOT NULL,
    verdict      text COLLATE "C" NOT NULL
        CHECK (verdict IN ('counted', 'duplicate', 'stale', 'conflict', 'progress')),
    received_at  timestamptz NOT NULL
) PARTITION BY RANGE (received_at);
CREATE INDEX deliveries_post ON deliveries (post_id, number);
CREATE TABLE deliveries_default PARTITION OF deliveries DEFAULT;

CREATE TABLE receipts (
    scope       text COLLATE "C" NOT NULL,
    id          text COLLATE "C" NOT NULL,
    body_hash   text NOT NULL,
    answer      json NOT NULL,
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (scope, id)
);
CREATE INDEX receipts_age ON receipts (created_at);

CREATE TABLE comments (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account     text COLLATE "C" NOT NULL,
    post_id     bigint NOT NULL,
    state       text COLLATE "C" NOT NULL
        CHECK (state IN ('queued', 'sending', 'posted', 'invisible', 'unknown', 'failed', 'cancelled')),
    attempt     text NOT NULL,
    mark        text NOT NULL,
    body_hash   text NOT NULL,
    comment_id  text,
    detail      json NOT NULL,
    updated_at  timestamptz NOT NULL
);
CREATE UNIQUE INDEX comments_live ON comments (post_id, account) WHERE state NOT IN ('failed', 'cancelled');
CREATE INDEX comments_post ON comments (post_id);

CREATE TABLE queue_results (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    post_id     bigint NOT NULL REFERENCES posts (id),
    stage       text COLLATE "C" NOT NULL,
    -- Empty once the text is purged; the hash stays.
    result      json,
    hash        text COLLATE "C" NOT NULL,
    attempt     text NOT NULL,
    created_at  timestamptz NOT NULL
);
CREATE INDEX queue_results_post ON queue_results (post_id, id);

CREATE TABLE costs (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    post_id        bigint NOT NULL,
    stage          text COLLATE "C" NOT NULL,
    attempt        text NOT NULL,
    endpoint       text COLLATE "C" NOT NULL,
    model          text NOT NULL,
    input_tokens   bigint NOT NULL CHECK (input_tokens >= 0),
    output_tokens  bigint NOT NULL CHECK (output_tokens >= 0),
    microdollars   bigint NOT NULL CHECK (microdollars >= 0),
    created_at     timestamptz NOT NULL
);
CREATE INDEX costs_time ON costs (created_at);
CREATE INDEX costs_post ON costs (post_id);

CREATE TABLE audit (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor    text NOT NULL,
    action   text NOT NULL,
    subject  text NOT NULL,
    detail   json NOT NULL
);

CREATE TABLE endpoints (
    name            text COLLATE "C" PRIMARY KEY,
    url             text NOT NULL,
    protocol        text NOT NULL,
    model           text NOT NULL,
    capabilities    text[] NOT NULL,
    max_concurrent  bigint NOT NULL CHECK (max_concurrent >= 0),
    is_drained      boolean NOT NULL DEFAULT false,
    input_price     bigint NOT NULL CHECK (input_price >= 0),
    output_price    bigint NOT NULL CHECK (output_price >= 0),
    preference      bigint NOT NULL,
    owner           text COLLATE "C",
    epoch           bigint NOT NULL DEFAULT 0,
    lease_until     timestamptz,
    CHECK ((owner IS NULL) = (lease_until IS NULL))
) WITH (fillfactor = 50);

CREATE TABLE limits (
    key      text COLLATE "C" PRIMARY KEY,
    next_at  timestamptz NOT NULL
) WITH (fillfactor = 50);

CREATE TABLE nodes (
    name      text COLLATE "C" PRIMARY KEY,
    heard_at  timestamptz NOT NULL
) WITH (fillfactor = 50);

CREATE TABLE charts (
    digest      text COLLATE "C" PRIMARY KEY,
    id          text NOT NULL,
    source      text NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE settings (
    name        text COLLATE "C" PRIMARY KEY,
    value       json NOT NULL,
    changed_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE keys (
    id          text COLLATE "C" PRIMARY KEY,
    name        text NOT NULL,
    hash        text COLLATE "C" NOT NULL UNIQUE,
    scopes      text[] NOT NULL,
    created_at  timestamptz NOT NULL,
    revoked_at  timestamptz
);

CREATE TABLE subscriptions (
    id          text COLLATE "C" PRIMARY KEY,
    url         text NOT NULL,
    topics      text[] NOT NULL,
    created_at  timestamptz NOT NULL
);

CREATE TABLE opt_outs (
    kind        text COLLATE "C" NOT NULL,
    name        text COLLATE "C" NOT NULL,
    reason      text NOT NULL,
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (kind, name)
);

-- The last id given to a post that does not come from Reddit: 2^52 - 1 before the first.
CREATE TABLE local_posts (
    single   boolean PRIMARY KEY DEFAULT true CHECK (single),
    last_id  bigint NOT NULL
);
INSERT INTO local_posts (last_id) VALUES (4503599627370495);

-- True, or an error with the endpoint's name: the whole batch ends. The share lock keeps the lease as it is until the
-- transaction has ended; leases change hands under a stronger one.
CREATE FUNCTION check_lease(endpoint text, node text, lease_epoch bigint) RETURNS boolean
    LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM FROM endpoints
    WHERE name = $1 AND owner = $2 AND epoch = $3 AND lease_until > clock_timestamp()
    FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION '% no longer holds the lease of %', node, endpoint
            USING ERRCODE = 'RJ001', DETAIL = endpoint;
    END IF;
    RETURN true;
END
$$;

-- Makes the partition of a range. False when it is there, when another node is making it, when rows came before it
-- (they and their range stay in the default partition), or when it would have to hold up others behind its lock.
CREATE FUNCTION add_partition(parent text, starts timestamptz, ends timestamptz) RETURNS boolean
    LANGUAGE plpgsql
    SET lock_timeout = '500ms'
AS $$
DECLARE
    partition text := parent || to_char(starts AT TIME ZONE 'UTC', '"_"YYYYMMDD');
BEGIN
    IF NOT pg_try_advisory_xact_lock(
        hashtextextended('rejoinder partition ' || current_schema() || '.' || partition, 0))
    THEN
        RETURN false;
    END IF;
    IF to_regclass(partition) IS NOT NULL THEN
        RETURN false;
    END IF;
    -- ATTACH, not PARTITION OF: it does not stop reading and writing of the parent.
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', partition, parent);
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', parent, partition, starts, ends);
    RETURN true;
EXCEPTION
    WHEN check_violation OR lock_not_available THEN
        RETURN false;
END
$$;

-- The load is counted from the running jobs, so it is exact without a counter.
CREATE VIEW llm_endpoints (name, url, capabilities, max_concurrent, current_load) AS
SELECT
    name, url, capabilities, max_concurrent,
    (SELECT count(*) FROM jobs WHERE endpoint = endpoints.name AND phase IN ('starting', 'accepted'))
FROM endpoints;

-- How late something may be before the post counts as stuck: a minute, or the setting's microseconds.
CREATE FUNCTION stuck_grace() RETURNS interval
    LANGUAGE sql STABLE
    AS $$
        SELECT coalesce((SELECT (value #>> '{}')::bigint FROM settings WHERE name = 'stuck_grace_us'), 60000000)
            * '1 microsecond'::interval
    $$;

-- Posts that wait for something that will not come, or that should have come long ago.
CREATE VIEW stuck_posts (post_id, reason, since) AS
SELECT id, 'nothing_wakes_it', changed_at
FROM posts
WHERE waits_for = 'work'
    AND NOT EXISTS (SELECT FROM timers WHERE timers.post_id = posts.id)
    AND NOT EXISTS (SELECT FROM jobs WHERE jobs.post_id = posts.id AND phase <> 'done')
    AND NOT EXISTS (SELECT FROM inbox WHERE inbox.post_id = posts.id)
UNION ALL
SELECT post_id, 'overdue_timer', due
FROM timers
WHERE due <= statement_timestamp() - (SELECT stuck_grace())
UNION ALL
SELECT post_id, CASE phase WHEN 'waiting' THEN 'unserved_job' ELSE 'overdue_job' END, wake_at
FROM jobs
WHERE phase <> 'done' AND wake_at <= statement_timestamp() - (SELECT stuck_grace())
UNION ALL
SELECT post_id, 'overdue_event', created_at
FROM inbox
WHERE created_at <= statement_timestamp() - (SELECT stuck_grace());
