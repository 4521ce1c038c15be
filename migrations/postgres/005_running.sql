-- Which jobs an endpoint has, read in order from the index alone: an owner compares them with what it remembers.

DROP INDEX jobs_running;
CREATE INDEX jobs_running ON jobs (endpoint, post_id, number) WHERE phase IN ('starting', 'accepted');
