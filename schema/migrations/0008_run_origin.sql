-- What a run reads: the path as it was given, of several the first and how many more, the name of a mailbox or of what was
-- uploaded; null: what has no name.
ALTER TABLE run ADD COLUMN origin TEXT;
-- How many mails it will have read in the end, by the share of what it has come through; null: not known, or ended.
ALTER TABLE run ADD COLUMN mails_expected INTEGER;
