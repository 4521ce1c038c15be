-- A job's row goes when the job ends: what must be known of an ended one is in its post's memory. So the table stays as
-- small as the work at hand, and an end costs a deletion instead of a new version of the row.
DELETE FROM jobs WHERE phase = 'done';
