extension Schema {
  /// What is kept for the time before a study is queued, and where its bytes lie.
  static let spoolDraftsTemplates = """
    -- Its name in the spool, apart from the path: the whole home may get another name.
    ALTER TABLE upload_files ADD COLUMN spool_name TEXT
      CHECK (length(spool_name) = 36 AND spool_name NOT GLOB '*[^0-9a-f-]*');
    -- Where a person finds what was copied; empty for a file that is sent from where it lies.
    ALTER TABLE upload_files ADD COLUMN origin TEXT NOT NULL DEFAULT '';
    CREATE UNIQUE INDEX upload_files_spool ON upload_files (spool_name)
      WHERE spool_name IS NOT NULL;
    -- Duplicates are recognised by instance.
    CREATE INDEX upload_files_instance ON upload_files (sop_instance_uid);

    -- What the files say where a person typed something else: a JSON object by field.
    ALTER TABLE uploads ADD COLUMN overridden TEXT NOT NULL DEFAULT '';

    -- A wizard that was not brought to its end; its content is JSON.
    CREATE TABLE drafts (
      id TEXT PRIMARY KEY CHECK (id <> ''),
      content TEXT NOT NULL,
      updated_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE templates (
      id TEXT PRIMARY KEY CHECK (id <> ''),
      scope TEXT NOT NULL CHECK (scope IN ('user', 'facility')),
      name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
      modality TEXT NOT NULL DEFAULT '',
      body_part TEXT NOT NULL DEFAULT '',
      -- Empty: leaves the level as it is.
      service_level TEXT NOT NULL DEFAULT ''
        CHECK (service_level IN ('', 'stat', 'emergency', 'subspecialty', 'routine')),
      description TEXT NOT NULL DEFAULT '',
      history TEXT NOT NULL DEFAULT '' CHECK (length(history) <= 500),
      updated_at INTEGER NOT NULL,
      UNIQUE (scope, name)
    ) STRICT, WITHOUT ROWID;
    """

  /// Why a person decided against a safeguard, for the gateway's audit log; in the order in which
  /// they were given.
  static let uploadReasons = """
    CREATE TABLE upload_reasons (
      key INTEGER PRIMARY KEY,
      upload INTEGER NOT NULL REFERENCES uploads (key) ON DELETE CASCADE,
      kind TEXT NOT NULL CHECK (kind <> ''),
      text TEXT NOT NULL CHECK (length(text) BETWEEN 1 AND 500),
      at INTEGER NOT NULL,
      UNIQUE (upload, kind, text)
    ) STRICT;
    """
}
