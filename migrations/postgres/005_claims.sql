-- Which jobs an endpoint has, read in order from the index alone: an owner compares them with what it remembers.
DROP INDEX jobs_running;
CREATE INDEX jobs_running ON jobs (endpoint, post_id, number) WHERE phase IN ('starting', 'accepted');

-- Where a waiting job stands: at the moment when it began to wait, six seconds earlier for each point of priority. So
-- whoever waits rises past those who come later, and nobody waits for ever; and one index serves both orders.
CREATE FUNCTION claim_at(queued_at timestamptz, priority bigint) RETURNS timestamp
    LANGUAGE sql IMMUTABLE RETURN (queued_at AT TIME ZONE 'UTC') - priority * interval '6 seconds';

DROP INDEX jobs_ready, jobs_oldest;
CREATE INDEX jobs_ready ON jobs (source, claim_at(queued_at, priority), post_id, number)
    WHERE phase = 'waiting' AND NOT is_held;
-- The same within a community: communities take turns.
CREATE INDEX jobs_communities ON jobs (source, community, claim_at(queued_at, priority), post_id, number)
    WHERE phase = 'waiting' AND NOT is_held;
