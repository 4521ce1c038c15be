-- Holds and operations on many posts.

-- A job of a post that is held waits, and is not offered. It stands in no index of ready work, so that any number of
-- them costs a claim nothing.
ALTER TABLE jobs ADD COLUMN is_held boolean NOT NULL DEFAULT false;
DROP INDEX jobs_ready, jobs_oldest;
CREATE INDEX jobs_ready ON jobs (source, priority DESC, queued_at, post_id, number)
    WHERE phase = 'waiting' AND NOT is_held;
CREATE INDEX jobs_oldest ON jobs (source, queued_at, post_id, number) WHERE phase = 'waiting' AND NOT is_held;

-- Holds on more than one post, few: a claim reads them all. That a post is held stands in its own row.
CREATE TABLE holds (
    scope       text COLLATE "C" NOT NULL CHECK (scope IN ('everything', 'stage', 'community', 'endpoint')),
    name        text COLLATE "C" NOT NULL,
    reason      text NOT NULL,
    actor       text NOT NULL,
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (scope, name),
    CHECK ((scope = 'everything') = (name = ''))
);

CREATE TABLE operations (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind         text COLLATE "C" NOT NULL,
    filter       json NOT NULL,
    parameters   json NOT NULL,
    reason       text NOT NULL,
    actor        text NOT NULL,
    state        text COLLATE "C" NOT NULL DEFAULT 'pending'
        CHECK (state IN ('pending', 'running', 'aborting', 'aborted', 'done', 'failed')),
    -- How many posts matched as it was asked for; those that came to match later are worked on too.
    total        bigint NOT NULL CHECK (total >= 0),
    done         bigint NOT NULL DEFAULT 0,
    skipped      bigint NOT NULL DEFAULT 0,
    failed       bigint NOT NULL DEFAULT 0,
    -- The post that was last worked on. The way leads from the newest to the oldest.
    cursor       bigint,
    -- The first posts that could not be worked on, and why.
    problems     json NOT NULL DEFAULT '[]',
    owner        text COLLATE "C",
    epoch        bigint NOT NULL DEFAULT 0,
    lease_until  timestamptz,
    created_at   timestamptz NOT NULL,
    started_at   timestamptz,
    ended_at     timestamptz
);
CREATE INDEX operations_open ON operations (id) WHERE state IN ('pending', 'running', 'aborting');
