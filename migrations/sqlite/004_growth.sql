-- Growth has limits: texts and posts that can be purged.

-- What remains of a purged post: a scan must not take it for new. Purged itself after a long time.
CREATE TABLE purged_posts (
    post_id    INTEGER PRIMARY KEY,
    purged_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX purged_posts_age ON purged_posts (purged_at);

-- When the texts were purged, and what SHA-256 their UTF-8 had: title, line feed, body.
ALTER TABLE submissions ADD COLUMN texts_purged_at INTEGER;
ALTER TABLE submissions ADD COLUMN text_hash TEXT;
