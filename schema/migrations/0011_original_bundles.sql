-- Bodies of originals lie end to end, those of a batch in one row. Alone, each left half a page behind it that the next
-- one did not fit into. What was kept before stays where it is; what is long lies alone as before.
CREATE TABLE original_bundle (
  id    INTEGER PRIMARY KEY,      -- of the first original in it; the others follow, before the first of the next bundle
  bytes BLOB NOT NULL             -- with holes where originals were pruned, up to half of it
) STRICT;
-- All three are null where `body` is the body, or none is kept. It is written behind the originals in it, so that
-- REFERENCES would look for them a second time; `ruadar db check` looks at it instead.
ALTER TABLE original ADD COLUMN bundle_id INTEGER;
ALTER TABLE original ADD COLUMN begins INTEGER;   -- in the bytes of the bundle
ALTER TABLE original ADD COLUMN length INTEGER;   -- of the body
