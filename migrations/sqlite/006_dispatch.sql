-- How many attempts may start at an endpoint within any time of a length, and what it may cost in a day of UTC beside
-- the most that one attempt may cost, in microdollars.
ALTER TABLE endpoints ADD COLUMN rate_count INTEGER CHECK (rate_count > 0);
ALTER TABLE endpoints ADD COLUMN rate_period_us INTEGER CHECK ((rate_count IS NULL) = (rate_period_us IS NULL));
ALTER TABLE endpoints ADD COLUMN budget INTEGER CHECK (budget > 0);
ALTER TABLE endpoints ADD COLUMN job_cost INTEGER CHECK ((budget IS NULL) = (job_cost IS NULL));
