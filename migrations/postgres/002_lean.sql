-- A job's row goes when the job ends: what must be known of an ended one is in its post's memory. So the table stays as
-- small as the work at hand, and an end costs a deletion instead of a new version of the row.
DELETE FROM jobs WHERE phase = 'done';

-- The history names the digests of charts and settings by number: a row of it is written for every macrostep, and each
-- byte of it is written to the log as well.
CREATE TABLE digests (
    id      integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    digest  text COLLATE "C" NOT NULL UNIQUE
);
INSERT INTO digests (digest)
SELECT chart FROM transitions UNION SELECT settings_digest FROM transitions;

ALTER TABLE transitions ADD COLUMN chart_id integer, ADD COLUMN settings_id integer;
UPDATE transitions SET
    chart_id = (SELECT id FROM digests WHERE digest = chart),
    settings_id = (SELECT id FROM digests WHERE digest = settings_digest);
ALTER TABLE transitions
    DROP COLUMN chart, DROP COLUMN settings_digest, ALTER COLUMN chart_id SET NOT NULL,
    ALTER COLUMN settings_id SET NOT NULL,
    -- Empty where it is what the macrostep before led to, as it always is now.
    ALTER COLUMN from_states DROP NOT NULL;

-- Of an updated row the log keeps what differs from the old version, from the first byte that differs to the last. So what
-- hardly ever changes stands first: it is as good as free then.
DROP VIEW stuck_posts;
ALTER TABLE posts RENAME TO posts_before;
ALTER INDEX posts_pkey RENAME TO posts_before_pkey;
CREATE TABLE posts (
    id             bigint PRIMARY KEY CHECK (id > 0),
    priority       bigint NOT NULL DEFAULT 0,
    chart          text COLLATE "C" NOT NULL DEFAULT '',
    metadata       json NOT NULL DEFAULT '{}',
    context        json NOT NULL DEFAULT '{}',
    -- 0 only within the transaction that creates the post.
    revision       bigint NOT NULL DEFAULT 0 CHECK (revision >= 0),
    changed_at     timestamptz NOT NULL DEFAULT 'epoch',
    assigned_at    timestamptz,
    processed_at   timestamptz,
    retry_count    bigint NOT NULL DEFAULT 0 CHECK (retry_count >= 0),
    configuration  text[] NOT NULL DEFAULT '{}',
    queue_stage    text COLLATE "C" NOT NULL DEFAULT '',
    queue_status   text COLLATE "C" NOT NULL DEFAULT '',
    assigned_to    text COLLATE "C",
    waits_for      text COLLATE "C" NOT NULL DEFAULT 'nothing' CHECK (waits_for IN ('work', 'person', 'nothing')),
    memory         json NOT NULL DEFAULT '{}'
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);
INSERT INTO posts (
    id, priority, chart, metadata, context, revision, changed_at, assigned_at, processed_at, retry_count, configuration,
    queue_stage, queue_status, assigned_to, waits_for, memory)
SELECT
    id, priority, chart, metadata, context, revision, changed_at, assigned_at, processed_at, retry_count, configuration,
    queue_stage, queue_status, assigned_to, waits_for, memory
FROM posts_before;
ALTER TABLE submissions DROP CONSTRAINT submissions_post_id_fkey;
ALTER TABLE queue_results DROP CONSTRAINT queue_results_post_id_fkey;
DROP TABLE posts_before;
ALTER TABLE submissions ADD FOREIGN KEY (post_id) REFERENCES posts (id);
ALTER TABLE queue_results ADD FOREIGN KEY (post_id) REFERENCES posts (id);

-- One index instead of two.
ALTER TABLE queue_results DROP CONSTRAINT queue_results_pkey, ADD PRIMARY KEY (post_id, id);
DROP INDEX queue_results_post;
ALTER TABLE costs DROP CONSTRAINT costs_pkey, ADD PRIMARY KEY (post_id, id);
DROP INDEX costs_post;

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
