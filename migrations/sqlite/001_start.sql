-- The first schema. Times are microseconds since 1970 (UTC); JSON is text, checked by the service when it is read.
-- Booleans are 0 and 1.

CREATE TABLE posts (
    id             INTEGER PRIMARY KEY CHECK (id > 0),
    revision       INTEGER NOT NULL CHECK (revision > 0),
    chart          TEXT NOT NULL,
    configuration  TEXT NOT NULL,
    context        TEXT NOT NULL,
    memory         TEXT NOT NULL,
    priority       INTEGER NOT NULL,
    queue_stage    TEXT NOT NULL,
    queue_status   TEXT NOT NULL,
    assigned_to    TEXT,
    assigned_at    INTEGER,
    processed_at   INTEGER,
    retry_count    INTEGER NOT NULL CHECK (retry_count >= 0),
    waits_for      TEXT NOT NULL CHECK (waits_for IN ('work', 'person', 'nothing')),
    metadata       TEXT NOT NULL,
    changed_at     INTEGER NOT NULL
) STRICT;
CREATE INDEX posts_listed ON posts (queue_stage, queue_status, id);

CREATE TABLE submissions (
    post_id        INTEGER PRIMARY KEY REFERENCES posts (id),
    source         TEXT NOT NULL,
    community      TEXT NOT NULL,
    author         TEXT,
    title          TEXT NOT NULL,
    body           TEXT NOT NULL,
    url            TEXT NOT NULL,
    permalink      TEXT NOT NULL,
    created_at     INTEGER NOT NULL,
    score          INTEGER NOT NULL,
    comment_count  INTEGER NOT NULL,
    extra          TEXT NOT NULL
) STRICT;
CREATE INDEX submissions_community ON submissions (community, post_id);

CREATE TABLE transitions (
    post_id          INTEGER NOT NULL,
    revision         INTEGER NOT NULL CHECK (revision > 0),
    at               INTEGER NOT NULL,
    event            TEXT NOT NULL,
    data             TEXT NOT NULL,
    origin           TEXT NOT NULL,
    actor            TEXT NOT NULL,
    from_states      TEXT NOT NULL,
    to_states        TEXT NOT NULL,
    guards           TEXT NOT NULL,
    effects          TEXT NOT NULL,
    now              INTEGER NOT NULL,
    chart            TEXT NOT NULL,
    settings_digest  TEXT NOT NULL,
    duration_us      INTEGER NOT NULL,
    problem          TEXT,
    batch_id         TEXT NOT NULL,
    PRIMARY KEY (post_id, revision)
) STRICT;

CREATE TABLE jobs (
    post_id        INTEGER NOT NULL,
    number         INTEGER NOT NULL CHECK (number > 0),
    invocation     TEXT NOT NULL,
    source         TEXT NOT NULL,
    stage          TEXT NOT NULL,
    input          TEXT NOT NULL,
    phase          TEXT NOT NULL CHECK (phase IN ('waiting', 'starting', 'accepted', 'done')),
    attempt        INTEGER NOT NULL CHECK (attempt >= 0),
    endpoint       TEXT,
    epoch          INTEGER,
    priority       INTEGER NOT NULL,
    community      TEXT NOT NULL,
    queued_at      INTEGER NOT NULL,
    ready_at       INTEGER NOT NULL,
    wake_at        INTEGER NOT NULL,
    deadline       INTEGER,
    assigned_at    INTEGER,
    last_heard_at  INTEGER,
    timeout_us     INTEGER NOT NULL CHECK (timeout_us >= 0),
    remote_id      TEXT,
    progress       TEXT NOT NULL DEFAULT '{}',
    delivery_id    TEXT,
    delivery_hash  TEXT,
    PRIMARY KEY (post_id, number),
    -- Who has a running attempt, since when and until when is always known.
    CHECK (phase NOT IN ('starting', 'accepted')
        OR (endpoint IS NOT NULL AND epoch IS NOT NULL AND assigned_at IS NOT NULL AND deadline IS NOT NULL
            AND attempt > 0))
) STRICT;
CREATE INDEX jobs_ready ON jobs (source, priority DESC, queued_at, post_id, number) WHERE phase = 'waiting';
CREATE INDEX jobs_oldest ON jobs (source, queued_at, post_id, number) WHERE phase = 'waiting';
CREATE INDEX jobs_wake ON jobs (wake_at, post_id, number) WHERE phase <> 'done';
CREATE INDEX jobs_running ON jobs (endpoint) WHERE phase IN ('starting', 'accepted');

CREATE TABLE timers (
    post_id     INTEGER NOT NULL,
    name        TEXT NOT NULL,
    occurrence  INTEGER NOT NULL,
    due         INTEGER NOT NULL,
    PRIMARY KEY (post_id, name)
) STRICT;
CREATE INDEX timers_due ON timers (due, post_id, name);

CREATE TABLE inbox (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    post_id     INTEGER NOT NULL,
    event       TEXT NOT NULL,
    data        TEXT NOT NULL,
    actor       TEXT NOT NULL,
    created_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX inbox_post ON inbox (post_id);

CREATE TABLE deliveries (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    post_id      INTEGER NOT NULL,
    number       INTEGER NOT NULL,
    attempt      INTEGER NOT NULL,
    delivery_id  TEXT NOT NULL,
    body_hash    TEXT NOT NULL,
    body         BLOB NOT NULL,
    verdict      TEXT NOT NULL CHECK (verdict IN ('counted', 'duplicate', 'stale', 'conflict', 'progress')),
    received_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX deliveries_post ON deliveries (post_id, number);

CREATE TABLE receipts (
    scope       TEXT NOT NULL,
    id          TEXT NOT NULL,
    body_hash   TEXT NOT NULL,
    answer      TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    PRIMARY KEY (scope, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX receipts_age ON receipts (created_at);

CREATE TABLE comments (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    account     TEXT NOT NULL,
    post_id     INTEGER NOT NULL,
    state       TEXT NOT NULL
        CHECK (state IN ('queued', 'sending', 'posted', 'invisible', 'unknown', 'failed', 'cancelled')),
    attempt     TEXT NOT NULL,
    mark        TEXT NOT NULL,
    body_hash   TEXT NOT NULL,
    comment_id  TEXT,
    detail      TEXT NOT NULL,
    updated_at  INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX comments_live ON comments (account, post_id) WHERE state NOT IN ('failed', 'cancelled');
CREATE INDEX comments_post ON comments (post_id);

CREATE TABLE queue_results (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    post_id     INTEGER NOT NULL REFERENCES posts (id),
    stage       TEXT NOT NULL,
    -- Empty once the text is purged; the hash stays.
    result      TEXT,
    hash        TEXT NOT NULL,
    attempt     TEXT NOT NULL,
    created_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX queue_results_post ON queue_results (post_id, id);

CREATE TABLE costs (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    post_id        INTEGER NOT NULL,
    stage          TEXT NOT NULL,
    attempt        TEXT NOT NULL,
    endpoint       TEXT NOT NULL,
    model          TEXT NOT NULL,
    input_tokens   INTEGER NOT NULL CHECK (input_tokens >= 0),
    output_tokens  INTEGER NOT NULL CHECK (output_tokens >= 0),
    microdollars   INTEGER NOT NULL CHECK (microdollars >= 0),
    created_at     INTEGER NOT NULL
) STRICT;
CREATE INDEX costs_time ON costs (created_at);
CREATE INDEX costs_post ON costs (post_id);

CREATE TABLE audit (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    at       INTEGER NOT NULL,
    actor    TEXT NOT NULL,
    action   TEXT NOT NULL,
    subject  TEXT NOT NULL,
    detail   TEXT NOT NULL
) STRICT;

CREATE TABLE endpoints (
    name            TEXT PRIMARY KEY,
    url             TEXT NOT NULL,
    protocol        TEXT NOT NULL,
    model           TEXT NOT NULL,
    capabilities    TEXT NOT NULL,
    max_concurrent  INTEGER NOT NULL CHECK (max_concurrent >= 0),
    is_drained      INTEGER NOT NULL DEFAULT 0 CHECK (is_drained IN (0, 1)),
    input_price     INTEGER NOT NULL CHECK (input_price >= 0),
    output_price    INTEGER NOT NULL CHECK (output_price >= 0),
    preference      INTEGER NOT NULL,
    owner           TEXT,
    epoch           INTEGER NOT NULL DEFAULT 0,
    lease_until     INTEGER,
    CHECK ((owner IS NULL) = (lease_until IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE limits (
    key      TEXT PRIMARY KEY,
    next_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE nodes (
    name      TEXT PRIMARY KEY,
    heard_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE charts (
    digest      TEXT PRIMARY KEY,
    id          TEXT NOT NULL,
    source      TEXT NOT NULL,
    created_at  INTEGER NOT NULL
) STRICT;

CREATE TABLE settings (
    name        TEXT PRIMARY KEY,
    value       TEXT NOT NULL,
    changed_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE keys (
    id          TEXT PRIMARY KEY,
    name        TEXT NOT NULL,
    hash        TEXT NOT NULL UNIQUE,
    scopes      TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    revoked_at  INTEGER
) STRICT;

CREATE TABLE subscriptions (
    id          TEXT PRIMARY KEY,
    url         TEXT NOT NULL,
    topics      TEXT NOT NULL,
    created_at  INTEGER NOT NULL
) STRICT;

CREATE TABLE opt_outs (
    kind        TEXT NOT NULL,
    name        TEXT NOT NULL,
    reason      TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    PRIMARY KEY (kind, name)
) STRICT, WITHOUT ROWID;

-- The newest time that a commit has seen. Views have no clock of their own here, and a server that starts with its wall
-- clock set back goes on from this moment.
CREATE TABLE clock (
    only  INTEGER PRIMARY KEY CHECK (only = 1),
    now   INTEGER NOT NULL
) STRICT;
INSERT INTO clock (only, now) VALUES (1, 0);

-- The last id given to a post that does not come from Reddit: 2^52 - 1 before the first.
CREATE TABLE local_posts (
    only     INTEGER PRIMARY KEY CHECK (only = 1),
    last_id  INTEGER NOT NULL
) STRICT;
INSERT INTO local_posts (only, last_id) VALUES (1, 4503599627370495);

-- The load is counted from the running jobs, so it is exact without a counter.
CREATE VIEW llm_endpoints (name, url, capabilities, max_concurrent, current_load) AS
SELECT
    name, url, capabilities, max_concurrent,
    (SELECT count(*) FROM jobs WHERE endpoint = endpoints.name AND phase IN ('starting', 'accepted'))
FROM endpoints;

-- Posts that will be stuck at a moment unless something happens before it.
CREATE VIEW stuck_after (post_id, reason, since, stuck_at) AS
SELECT id, 'nothing_wakes_it', changed_at, changed_at
FROM posts
WHERE waits_for = 'work'
    AND NOT EXISTS (SELECT 1 FROM timers WHERE timers.post_id = posts.id)
    AND NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.post_id = posts.id AND phase <> 'done')
    AND NOT EXISTS (SELECT 1 FROM inbox WHERE inbox.post_id = posts.id)
UNION ALL
SELECT post_id, 'overdue_timer', due, due + 60000000 FROM timers
UNION ALL
SELECT
    post_id, CASE phase WHEN 'waiting' THEN 'unserved_job' ELSE 'overdue_job' END, wake_at, wake_at + 60000000
FROM jobs
WHERE phase <> 'done'
UNION ALL
SELECT post_id, 'overdue_event', created_at, created_at + 60000000 FROM inbox;

-- Posts that wait for something that will not come, or that should have come a minute ago.
CREATE VIEW stuck_posts (post_id, reason, since) AS
SELECT post_id, reason, since FROM stuck_after WHERE stuck_at <= (SELECT now FROM clock);
