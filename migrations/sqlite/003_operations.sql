-- Holds and operations on many posts.

-- A job of a post that is held waits, and is not offered. It stands in no index of ready work, so that any number of
-- them costs a claim nothing.
ALTER TABLE jobs ADD COLUMN is_held INTEGER NOT NULL DEFAULT 0 CHECK (is_held IN (0, 1));
DROP INDEX jobs_ready;
DROP INDEX jobs_oldest;
CREATE INDEX jobs_ready ON jobs (source, priority DESC, queued_at, post_id, number)
    WHERE phase = 'waiting' AND is_held = 0;
CREATE INDEX jobs_oldest ON jobs (source, queued_at, post_id, number) WHERE phase = 'waiting' AND is_held = 0;

-- Holds on more than one post, few: a claim reads them all. That a post is held stands in its own row.
CREATE TABLE holds (
    scope       TEXT NOT NULL CHECK (scope IN ('everything', 'stage', 'community', 'endpoint')),
    name        TEXT NOT NULL,
    reason      TEXT NOT NULL,
    actor       TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    PRIMARY KEY (scope, name),
    CHECK ((scope = 'everything') = (name = ''))
) STRICT;

CREATE TABLE operations (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    kind         TEXT NOT NULL,
    filter       TEXT NOT NULL,
    parameters   TEXT NOT NULL,
    reason       TEXT NOT NULL,
    actor        TEXT NOT NULL,
    state        TEXT NOT NULL DEFAULT 'pending'
        CHECK (state IN ('pending', 'running', 'aborting', 'aborted', 'done', 'failed')),
    -- How many posts matched as it was asked for; those that came to match later are worked on too.
    total        INTEGER NOT NULL CHECK (total >= 0),
    done         INTEGER NOT NULL DEFAULT 0,
    skipped      INTEGER NOT NULL DEFAULT 0,
    failed       INTEGER NOT NULL DEFAULT 0,
    -- The post that was last worked on. The way leads from the newest to the oldest.
    cursor       INTEGER,
    -- The first posts that could not be worked on, and why.
    problems     TEXT NOT NULL DEFAULT '[]',
    owner        TEXT,
    epoch        INTEGER NOT NULL DEFAULT 0,
    lease_until  INTEGER,
    created_at   INTEGER NOT NULL,
    started_at   INTEGER,
    ended_at     INTEGER
) STRICT;
CREATE INDEX operations_open ON operations (id) WHERE state IN ('pending', 'running', 'aborting');
