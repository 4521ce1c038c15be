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
