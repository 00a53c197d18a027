extension Schema {
  /// The order that a person gives the queue, pauses that end by themselves, and what went out.
  static let turnsAndLimits = """
    -- Stands for created_at in the sending order after a person moved the upload.
    ALTER TABLE uploads ADD COLUMN turn INTEGER;
    -- Of a pause with an end (next_attempt_at): its length when it was given as one, and when it
    -- began; after the clock was set back it is counted anew.
    ALTER TABLE uploads ADD COLUMN pause_seconds REAL CHECK (pause_seconds > 0);
    ALTER TABLE uploads ADD COLUMN paused_at INTEGER;
    DROP INDEX uploads_list;
    DROP INDEX uploads_state;
    ALTER TABLE uploads DROP COLUMN list_order;
    ALTER TABLE uploads ADD COLUMN
      -- Unfinished ones first, in sending order; then the newest.
      list_order INTEGER NOT NULL GENERATED ALWAYS AS (
        CASE WHEN state IN ('queued', 'sending', 'stored', 'paused', 'held')
        THEN CASE service_level WHEN 'stat' THEN 0 WHEN 'emergency' THEN 1
          WHEN 'subspecialty' THEN 2 ELSE 3 END * 100000000000000000 + COALESCE(turn, created_at)
        ELSE 1000000000000000000 - created_at END) VIRTUAL;
    CREATE INDEX uploads_list ON uploads (list_order, key, state);
    CREATE INDEX uploads_state ON uploads (state, list_order, key);
    -- Bytes of chunks that went out, by the day of this machine's calendar.
    CREATE TABLE traffic (
      day TEXT PRIMARY KEY CHECK (length(day) = 10), bytes INTEGER NOT NULL CHECK (bytes >= 0)
    ) STRICT, WITHOUT ROWID;
    """
}
