extension Schema {
  /// Upload templates, and `change` made anew because its CHECK names the kinds: revisions stay.
  static let templates = """
    CREATE TABLE template (
      id TEXT PRIMARY KEY NOT NULL,
      scope TEXT NOT NULL CHECK (scope IN ('user', 'facility')),
      -- Who made it; for the scope `user` whose it is.
      owner_id TEXT NOT NULL REFERENCES account (id),
      facility_id TEXT NOT NULL REFERENCES facility (id),
      content TEXT NOT NULL,
      version INTEGER NOT NULL CHECK (version > 0),
      changed_at INTEGER NOT NULL,
      changed_by TEXT NOT NULL,
      is_deleted INTEGER NOT NULL CHECK (is_deleted IN (0, 1))
    ) WITHOUT ROWID;
    CREATE INDEX template_owner ON template (owner_id);
    CREATE INDEX template_facility ON template (facility_id) WHERE scope = 'facility';
    -- Changes that were applied, so that a repeated one is recognised.
    CREATE TABLE template_edit (
      id TEXT NOT NULL,
      template_id TEXT NOT NULL REFERENCES template (id),
      at INTEGER NOT NULL,
      PRIMARY KEY (template_id, id)
    ) WITHOUT ROWID;
    CREATE INDEX template_edit_at ON template_edit (at);

    CREATE TABLE change_new (
      revision INTEGER PRIMARY KEY AUTOINCREMENT,
      kind TEXT NOT NULL
        CHECK (kind IN ('report', 'notification', 'upload', 'case', 'template')),
      entity_id TEXT NOT NULL,
      owner_id TEXT NOT NULL,
      facility_id TEXT NOT NULL,
      UNIQUE (kind, entity_id)
    );
    INSERT INTO change_new SELECT * FROM change ORDER BY revision;
    DROP TABLE change;
    ALTER TABLE change_new RENAME TO change;
    """
}
