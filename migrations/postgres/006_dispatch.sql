-- How many attempts may start at an endpoint within any time of a length, and what it may cost in a day of UTC beside
-- the most that one attempt may cost, in microdollars.
ALTER TABLE endpoints
    ADD COLUMN rate_count bigint CHECK (rate_count > 0),
    ADD COLUMN rate_period_us bigint CHECK (rate_period_us > 0),
    ADD COLUMN budget bigint CHECK (budget > 0),
    ADD COLUMN job_cost bigint CHECK (job_cost > 0),
    ADD CHECK ((rate_count IS NULL) = (rate_period_us IS NULL)),
    ADD CHECK ((budget IS NULL) = (job_cost IS NULL));
