-- Which jobs an endpoint has, read in order from the index alone: an owner compares them with what it remembers.
DROP INDEX jobs_running;
CREATE INDEX jobs_running ON jobs (endpoint, post_id, number) WHERE phase IN ('starting', 'accepted');

-- Where a waiting job stands: at the moment when it began to wait, six seconds earlier for each point of priority. So
-- whoever waits rises past those who come later, and nobody waits for ever; and one index serves both orders.
DROP INDEX jobs_ready;
DROP INDEX jobs_oldest;
CREATE INDEX jobs_ready ON jobs (source, queued_at - priority * 6000000, post_id, number)
    WHERE phase = 'waiting' AND is_held = 0;
-- The same within a community: communities take turns.
CREATE INDEX jobs_communities ON jobs (source, community, queued_at - priority * 6000000, post_id, number)
    WHERE phase = 'waiting' AND is_held = 0;
