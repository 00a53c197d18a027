extension Schema {
  /// Upload templates. A row that was changed here and is not at the gateway says so itself
  /// (`edit_id`), with what the change began from: nothing else has to be kept for synchronising.
  static let uploadTemplates = """
    -- Made by migration 5 and never written.
    DROP TABLE templates;
    CREATE TABLE templates (
      id TEXT PRIMARY KEY CHECK (id <> ''),
      scope TEXT NOT NULL CHECK (scope IN ('user', 'facility')),
      -- Whose: empty until somebody logs in.
      gateway TEXT NOT NULL DEFAULT '',
      owner TEXT NOT NULL DEFAULT '',
      facility_id TEXT NOT NULL DEFAULT '',
      -- A JSON object by field.
      content TEXT NOT NULL,
      deleted INTEGER NOT NULL DEFAULT 0 CHECK (deleted IN (0, 1)),
      changed_at INTEGER NOT NULL,
      changed_by TEXT NOT NULL DEFAULT '',
      -- The gateway's version of the row; 0 where it does not have it.
      version INTEGER NOT NULL DEFAULT 0 CHECK (version >= 0),
      -- A change that is not at the gateway: its name, and the content before it.
      edit_id TEXT CHECK (edit_id <> ''),
      base TEXT,
      problem TEXT NOT NULL DEFAULT ''
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX templates_waiting ON templates (gateway, owner) WHERE edit_id IS NOT NULL;
    """
}
