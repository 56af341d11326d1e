-- How far a run has come, of what there is to read; null: not known, or ended.
ALTER TABLE run ADD COLUMN percent INTEGER;
