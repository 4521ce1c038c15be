-- Growth has limits: partitions that can be dropped beside readers and writers, texts and posts that can be purged.

-- What remains of a purged post: a scan must not take it for new. Purged itself after a long time.
CREATE TABLE purged_posts (
    post_id    bigint PRIMARY KEY,
    purged_at  timestamptz NOT NULL
);
CREATE INDEX purged_posts_age ON purged_posts USING brin (purged_at);

-- When the texts were purged, and what SHA-256 their UTF-8 had: title, line feed, body.
ALTER TABLE submissions ADD COLUMN texts_purged_at timestamptz, ADD COLUMN text_hash text COLLATE "C";

-- History of posts that outlive its partition: carried here before the partition is dropped.
CREATE TABLE transitions_kept (LIKE transitions INCLUDING ALL);

-- All history that there is. A row that is being carried stands in both tables for a moment.
CREATE VIEW history AS
SELECT * FROM transitions
UNION ALL
SELECT k.* FROM transitions_kept k
WHERE NOT EXISTS (SELECT FROM transitions t WHERE t.post_id = k.post_id AND t.revision = k.revision);

-- The ranges of a table's partitions, those that are being detached left out.
CREATE FUNCTION partition_ranges(parent text)
    RETURNS TABLE (name text, starts timestamptz, ends timestamptz)
    LANGUAGE sql STABLE
AS $$
    SELECT c.relname::text, bounds[1]::timestamptz, bounds[2]::timestamptz
    FROM pg_inherits i
    JOIN pg_class c ON c.oid = i.inhrelid,
        regexp_match(
            pg_get_expr(c.relpartbound, c.oid), 'FROM \(''([^'']+)''\) TO \(''([^'']+)''\)') AS bounds
    WHERE i.inhparent = to_regclass(parent) AND NOT i.inhdetachpending AND bounds IS NOT NULL
$$;

-- Makes the partitions that are missing from today until `ahead` from now, each `width` days long or up to the next
-- one; returns how many. Attaching holds up neither readers nor writers.
CREATE FUNCTION make_partitions(parent text, width int, ahead interval) RETURNS bigint
    LANGUAGE plpgsql
    SET lock_timeout = '500ms'
AS $$
DECLARE
    position timestamp := date_trunc('day', clock_timestamp() AT TIME ZONE 'UTC');
    last timestamp := (clock_timestamp() + ahead) AT TIME ZONE 'UTC';
    until timestamp;
    made bigint := 0;
BEGIN
    IF NOT pg_try_advisory_xact_lock(
        hashtextextended('rejoinder partitions ' || current_schema() || '.' || parent, 0))
    THEN
        RETURN 0;
    END IF;
    WHILE position <= last LOOP
        SELECT r.ends AT TIME ZONE 'UTC' INTO until FROM partition_ranges(parent) r
        WHERE r.starts AT TIME ZONE 'UTC' <= position AND r.ends AT TIME ZONE 'UTC' > position;
        IF until IS NULL THEN
            SELECT least(position + width * '1 day'::interval, min(r.starts AT TIME ZONE 'UTC')) INTO until
            FROM partition_ranges(parent) r WHERE r.starts AT TIME ZONE 'UTC' > position;
            IF NOT add_partition(parent, position AT TIME ZONE 'UTC', until AT TIME ZONE 'UTC') THEN
                RETURN made;
            END IF;
            made := made + 1;
        END IF;
        position := until;
    END LOOP;
    RETURN made;
END
$$;

-- DETACH CONCURRENTLY is refused where there is a default partition, and ATTACH locks it: so there is none. A commit
-- that finds no partition makes the missing ones and is tried again. Rows of a default partition get partitions of a day.
CREATE FUNCTION dissolve_default_partitions() RETURNS void
    LANGUAGE plpgsql
AS $$
DECLARE
    parent text;
    fallback text;
    key text;
    day timestamp;
BEGIN
    FOR parent, fallback, key IN
        SELECT p.partrelid::regclass::text, p.partdefid::regclass::text, a.attname
        FROM pg_partitioned_table p
        JOIN pg_class c ON c.oid = p.partrelid
        JOIN pg_attribute a ON a.attrelid = p.partrelid AND a.attnum = p.partattrs[0]
        WHERE p.partdefid <> 0 AND c.relnamespace = current_schema()::regnamespace
            AND c.relname IN ('transitions', 'deliveries')
    LOOP
        EXECUTE format('ALTER TABLE %s DETACH PARTITION %s', parent, fallback);
        FOR day IN EXECUTE format('SELECT DISTINCT date_trunc(''day'', %I AT TIME ZONE ''UTC'') FROM %s', key, fallback)
        LOOP
            PERFORM add_partition(parent, day AT TIME ZONE 'UTC', (day + '1 day'::interval) AT TIME ZONE 'UTC');
        END LOOP;
        EXECUTE format('INSERT INTO %s SELECT * FROM %s', parent, fallback);
        EXECUTE format('DROP TABLE %s', fallback);
    END LOOP;
END
$$;
SELECT dissolve_default_partitions();

-- Purges finished posts that still have these revisions; returns how many. Their rows of `transitions` and `deliveries`
-- go with the partitions, their lines of the ledger by age.
CREATE FUNCTION purge_posts(ids bigint[], revisions bigint[]) RETURNS bigint
    LANGUAGE plpgsql
AS $$
DECLARE
    gone bigint[];
BEGIN
    SELECT array_agg(l.id) INTO gone FROM (
        SELECT p.id FROM posts p
        JOIN unnest(ids, revisions) AS x(id, revision) ON x.id = p.id AND x.revision = p.revision
        WHERE p.waits_for = 'nothing' ORDER BY p.id FOR UPDATE OF p) l;
    IF gone IS NULL THEN
        RETURN 0;
    END IF;
    DELETE FROM comments WHERE post_id = ANY(gone);
    DELETE FROM jobs WHERE post_id = ANY(gone);
    DELETE FROM timers WHERE post_id = ANY(gone);
    DELETE FROM inbox WHERE post_id = ANY(gone);
    DELETE FROM queue_results WHERE post_id = ANY(gone);
    DELETE FROM submissions WHERE post_id = ANY(gone);
    DELETE FROM transitions_kept WHERE post_id = ANY(gone);
    INSERT INTO purged_posts (post_id, purged_at) SELECT id, clock_timestamp() FROM unnest(gone) AS id
    ON CONFLICT (post_id) DO UPDATE SET purged_at = excluded.purged_at;
    DELETE FROM posts WHERE id = ANY(gone);
    RETURN cardinality(gone);
END
$$;

-- Purges the texts of posts; ids, hashes, numbers and the history stay. Returns how many had texts.
CREATE FUNCTION purge_texts(ids bigint[]) RETURNS bigint
    LANGUAGE plpgsql
AS $$
DECLARE
    purged bigint;
BEGIN
    PERFORM FROM posts WHERE id = ANY(ids) ORDER BY id FOR NO KEY UPDATE;
    UPDATE submissions SET
        text_hash = encode(sha256(convert_to(title || chr(10) || body, 'UTF8')), 'hex'),
        author = NULL, title = '', body = '', url = '', permalink = '', extra = '{}',
        texts_purged_at = clock_timestamp()
    WHERE post_id = ANY(ids) AND texts_purged_at IS NULL;
    GET DIAGNOSTICS purged = ROW_COUNT;
    UPDATE queue_results SET result = NULL WHERE post_id = ANY(ids) AND result IS NOT NULL;
    UPDATE jobs SET progress = '{}' WHERE post_id = ANY(ids) AND progress::text <> '{}';
    UPDATE deliveries SET body = '' WHERE post_id = ANY(ids) AND body <> '';
    RETURN purged;
END
$$;
