-- Outgoing webhooks: who is told of what, and what became of each delivery.

-- The history in the order of time.
CREATE INDEX transitions_at ON transitions (at);

-- Nothing has used it so far.
DROP TABLE subscriptions;
CREATE TABLE subscriptions (
    id                 TEXT PRIMARY KEY,
    url                TEXT NOT NULL,
    label              TEXT NOT NULL,
    topics             TEXT NOT NULL,
    -- Empty means any.
    stages             TEXT NOT NULL,
    statuses           TEXT NOT NULL,
    state              TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'disabled')),
    reason             TEXT NOT NULL DEFAULT '',
    -- The secret is derived from the master key of this id; of the former one until then.
    key_id             TEXT NOT NULL,
    generation         INTEGER NOT NULL CHECK (generation > 0),
    former_key_id      TEXT,
    former_generation  INTEGER,
    former_until       INTEGER,
    created_at         INTEGER NOT NULL,
    -- Goes up with each change of the row: who changes it names the one that was read.
    version            INTEGER NOT NULL DEFAULT 1,
    -- How far the history has been read.
    cursor_at          INTEGER NOT NULL,
    cursor_post        INTEGER NOT NULL DEFAULT 0,
    cursor_revision    INTEGER NOT NULL DEFAULT 0,
    -- The part of it that is read once more.
    replay_at          INTEGER,
    replay_post        INTEGER,
    replay_revision    INTEGER,
    replay_until       INTEGER,
    -- Since when every attempt has failed.
    failing_since      INTEGER,
    -- Asked by the receiver not to come before.
    paused_until       INTEGER,
    owner              TEXT,
    epoch              INTEGER NOT NULL DEFAULT 0,
    lease_until        INTEGER,
    CHECK ((state = 'active') = (reason = '')),
    CHECK ((owner IS NULL) = (lease_until IS NULL)),
    CHECK ((former_key_id IS NULL) = (former_until IS NULL) AND (former_key_id IS NULL) = (former_generation IS NULL)),
    CHECK ((replay_at IS NULL) = (replay_until IS NULL) AND (replay_post IS NULL) = (replay_until IS NULL)
        AND (replay_revision IS NULL) = (replay_until IS NULL))
) STRICT;

CREATE TABLE webhook_deliveries (
    subscription_id  TEXT NOT NULL,
    post_id          INTEGER NOT NULL,
    revision         INTEGER NOT NULL,
    -- When the macrostep was committed.
    at               INTEGER NOT NULL,
    type             TEXT NOT NULL,
    -- Empty once the delivery has ended.
    data             TEXT,
    state            TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'failed')),
    attempts         INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    next_at          INTEGER NOT NULL,
    -- Of the last attempt.
    status           INTEGER,
    detail           TEXT NOT NULL DEFAULT '',
    queued_at        INTEGER NOT NULL,
    first_tried_at   INTEGER,
    last_tried_at    INTEGER,
    ended_at         INTEGER,
    PRIMARY KEY (subscription_id, post_id, revision),
    CHECK ((state = 'pending') = (ended_at IS NULL)),
    CHECK ((state = 'pending') = (data IS NOT NULL))
) STRICT;
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (subscription_id, next_at) WHERE state = 'pending';
CREATE INDEX webhook_deliveries_at ON webhook_deliveries (subscription_id, at, post_id, revision);
CREATE INDEX webhook_deliveries_age ON webhook_deliveries (ended_at) WHERE state <> 'pending';
