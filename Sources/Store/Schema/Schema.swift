import GRDB

/// The migrations of the store. A released migration is never edited; a change is a new one.
enum Schema {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1 foundation") { db in
      try db.execute(sql: uploads)
      try db.execute(sql: clinical)
      try db.execute(sql: housekeeping)
      try db.execute(sql: counters)
      try db.execute(sql: progress)
      for table in TextIndex.all { try db.execute(sql: table.sql) }
    }
    // No table is made anew: only what is written needs its references checked.
    migrator.registerMigration("2 owners and attempts", foreignKeyChecks: .immediate) { db in
      try db.execute(sql: ownersAndAttempts)
    }
    migrator.registerMigration("3 report versions", foreignKeyChecks: .immediate) { db in
      try db.execute(sql: reportVersions)
    }
    migrator.registerMigration("4 times of evidence", foreignKeyChecks: .immediate) { db in
      try db.execute(sql: timesOfEvidence)
    }
    migrator.registerMigration("5 spool, drafts, templates", foreignKeyChecks: .immediate) { db in
      try db.execute(sql: spoolDraftsTemplates)
    }
    migrator.registerMigration("6 turns and limits", foreignKeyChecks: .immediate) { db in
      try db.execute(sql: turnsAndLimits)
    }
    migrator.registerMigration("8 files by content", foreignKeyChecks: .immediate) { db in
      try db.execute(sql: filesByContent)
    }
    migrator.registerMigration("9 upload reasons", foreignKeyChecks: .immediate) { db in
      try db.execute(sql: uploadReasons)
    }
    migrator.registerMigration("11 upload templates", foreignKeyChecks: .immediate) { db in
      try db.execute(sql: uploadTemplates)
    }
    return migrator
  }

  /// What a watched folder asks for: was this file handed over before?
  private static let filesByContent = """
    CREATE INDEX upload_files_inode ON upload_files (inode);
    CREATE INDEX upload_files_origin ON upload_files (origin) WHERE origin <> '';
    """

  /// Columns of a study, the same in every table that shows one.
  static let study = """
    study_instance_uid TEXT NOT NULL DEFAULT '',
    patient_name TEXT NOT NULL DEFAULT '',
    patient_id TEXT NOT NULL DEFAULT '',
    patient_birth_date TEXT NOT NULL DEFAULT '',
    patient_sex TEXT NOT NULL DEFAULT '',
    accession_number TEXT NOT NULL DEFAULT '',
    study_date TEXT NOT NULL DEFAULT '',
    study_time TEXT NOT NULL DEFAULT '',
    study_description TEXT NOT NULL DEFAULT '',
    body_part TEXT NOT NULL DEFAULT '',
    modality TEXT NOT NULL DEFAULT '',
    series_count INTEGER NOT NULL DEFAULT 0 CHECK (series_count >= 0),
    instance_count INTEGER NOT NULL DEFAULT 0 CHECK (instance_count >= 0)
    """

  /// Times are microseconds since 1970, sizes are bytes.
  private static let uploads = """
    CREATE TABLE uploads (
      key INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE CHECK (length(id) BETWEEN 1 AND 64),
      state TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'stored', 'verified', 'committed',
        'unproven', 'paused', 'held', 'failed', 'duplicate', 'cancelled')),
      reason TEXT NOT NULL DEFAULT '',
      service_level TEXT NOT NULL
        CHECK (service_level IN ('stat', 'emergency', 'subspecialty', 'routine')),
      clinical_history TEXT NOT NULL DEFAULT '' CHECK (length(clinical_history) <= 500),
      \(study),
      file_count INTEGER NOT NULL CHECK (file_count > 0),
      byte_count INTEGER NOT NULL CHECK (byte_count >= 0),
      sent_bytes INTEGER NOT NULL DEFAULT 0 CHECK (sent_bytes BETWEEN 0 AND byte_count),
      stored_files INTEGER NOT NULL DEFAULT 0,
      verified_files INTEGER NOT NULL DEFAULT 0,
      committed_files INTEGER NOT NULL DEFAULT 0,
      resent_bytes INTEGER NOT NULL DEFAULT 0 CHECK (resent_bytes >= 0),
      resume_count INTEGER NOT NULL DEFAULT 0 CHECK (resume_count >= 0),
      owner TEXT NOT NULL DEFAULT '',
      facility TEXT NOT NULL DEFAULT '',
      gateway TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      next_attempt_at INTEGER,
      started_at INTEGER,
      stored_at INTEGER,
      verified_at INTEGER,
      remote_id TEXT,
      force_reason TEXT,
      -- Unfinished ones first, in sending order; then the newest.
      list_order INTEGER NOT NULL GENERATED ALWAYS AS (
        CASE WHEN state IN ('queued', 'sending', 'stored', 'paused', 'held')
        THEN CASE service_level WHEN 'stat' THEN 0 WHEN 'emergency' THEN 1
          WHEN 'subspecialty' THEN 2 ELSE 3 END * 100000000000000000 + created_at
        ELSE 1000000000000000000 - created_at END) VIRTUAL,
      -- Kept by triggers: an index never covers a query that reads a generated column.
      seconds_to_pacs REAL,
      -- Custody: a later state needs proof for every instance.
      CHECK (committed_files BETWEEN 0 AND verified_files),
      CHECK (verified_files <= stored_files),
      CHECK (stored_files <= file_count),
      CHECK (state <> 'stored' OR stored_files = file_count),
      CHECK (state <> 'verified' OR verified_files = file_count),
      CHECK (state <> 'committed' OR committed_files = file_count)
    ) STRICT;
    CREATE INDEX uploads_list ON uploads (list_order, key, state);
    CREATE INDEX uploads_state ON uploads (state, list_order, key);
    CREATE INDEX uploads_day ON uploads
      (created_at, byte_count, modality, state, service_level, seconds_to_pacs);
    CREATE INDEX uploads_to_pacs ON uploads (seconds_to_pacs) WHERE seconds_to_pacs IS NOT NULL;
    CREATE INDEX uploads_study ON uploads (study_instance_uid);

    CREATE TABLE upload_files (
      key INTEGER PRIMARY KEY,
      upload INTEGER NOT NULL REFERENCES uploads (key) ON DELETE CASCADE,
      id TEXT NOT NULL UNIQUE
        CHECK (length(id) BETWEEN 1 AND 64 AND id NOT GLOB '*[^A-Za-z0-9._-]*'),
      path TEXT NOT NULL,
      byte_count INTEGER NOT NULL CHECK (byte_count >= 0),
      sha256 TEXT CHECK (length(sha256) = 64 AND sha256 NOT GLOB '*[^0-9a-f]*'),
      modified_at INTEGER NOT NULL,
      inode INTEGER NOT NULL,
      sop_instance_uid TEXT NOT NULL,
      sop_class_uid TEXT NOT NULL,
      series_instance_uid TEXT NOT NULL,
      transfer_syntax_uid TEXT NOT NULL,
      instance_number INTEGER,
      state TEXT NOT NULL DEFAULT 'waiting'
        CHECK (state IN ('waiting', 'stored', 'verified', 'committed', 'failed')),
      reason TEXT NOT NULL DEFAULT '',
      -- The highest proof so far: 1 stored, 2 verified, 3 committed; a refusal does not undo it.
      custody INTEGER NOT NULL DEFAULT 0 CHECK (custody BETWEEN 0 AND 3),
      -- One bit a chunk that the gateway acknowledged, lowest bit first, and their bytes.
      acknowledged BLOB NOT NULL DEFAULT x'',
      acknowledged_bytes INTEGER NOT NULL DEFAULT 0
        CHECK (acknowledged_bytes BETWEEN 0 AND byte_count),
      -- The most that was ever acknowledged, to tell bytes sent again.
      highest_bytes INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE INDEX upload_files_upload ON upload_files (upload, state);

    CREATE TABLE sessions (
      upload INTEGER PRIMARY KEY REFERENCES uploads (key) ON DELETE CASCADE,
      remote_id TEXT NOT NULL CHECK (remote_id <> ''),
      token TEXT NOT NULL,
      chunk_size INTEGER NOT NULL CHECK (chunk_size > 0),
      expires_at INTEGER
    ) STRICT;

    -- Every name that a gateway gave an upload; reports are joined by it.
    CREATE TABLE upload_remotes (
      remote_id TEXT PRIMARY KEY,
      upload INTEGER NOT NULL REFERENCES uploads (key) ON DELETE CASCADE
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX upload_remotes_upload ON upload_remotes (upload);

    CREATE TABLE upload_log (
      key INTEGER PRIMARY KEY,
      upload INTEGER NOT NULL REFERENCES uploads (key) ON DELETE CASCADE,
      at INTEGER NOT NULL,
      text TEXT NOT NULL
    ) STRICT;
    CREATE INDEX upload_log_upload ON upload_log (upload);
    """

  private static let clinical = """
    CREATE TABLE reports (
      key INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE CHECK (id <> ''),
      remote_upload_id TEXT NOT NULL,
      status TEXT NOT NULL
        CHECK (status IN ('assigned', 'pending', 'ready', 'additional_data_required')),
      service_level TEXT NOT NULL
        CHECK (service_level IN ('stat', 'emergency', 'subspecialty', 'routine')),
      radiologist TEXT NOT NULL DEFAULT '',
      has_pdf INTEGER NOT NULL DEFAULT 0 CHECK (has_pdf IN (0, 1)),
      \(study),
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      signed_at INTEGER,
      due_at INTEGER,
      viewed_at INTEGER,
      text TEXT NOT NULL DEFAULT ''
    ) STRICT;
    CREATE INDEX reports_list ON reports (updated_at DESC, key DESC);
    CREATE INDEX reports_status ON reports (status, updated_at DESC, key DESC);
    CREATE INDEX reports_upload ON reports (remote_upload_id);
    CREATE INDEX reports_due ON reports (due_at) WHERE status <> 'ready';

    CREATE TABLE notifications (
      key INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE CHECK (id <> ''),
      kind TEXT NOT NULL,
      title TEXT NOT NULL,
      message TEXT NOT NULL,
      related_upload_id TEXT,
      related_report_id TEXT,
      created_at INTEGER NOT NULL,
      read_at INTEGER
    ) STRICT;
    CREATE INDEX notifications_list ON notifications (created_at DESC, key DESC);
    CREATE INDEX notifications_unread ON notifications (created_at DESC, key DESC)
      WHERE read_at IS NULL;

    CREATE TABLE cases (
      key INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE CHECK (id <> ''),
      title TEXT NOT NULL CHECK (length(title) <= 500),
      -- The title as it is sorted: lower case, without diacritics.
      title_order TEXT NOT NULL,
      modality TEXT NOT NULL,
      body_part TEXT NOT NULL,
      diagnosis TEXT NOT NULL,
      difficulty INTEGER NOT NULL CHECK (difficulty BETWEEN 1 AND 5),
      author TEXT NOT NULL,
      tags TEXT NOT NULL,
      updated_at INTEGER NOT NULL,
      differentials TEXT NOT NULL,
      clinical_history TEXT NOT NULL,
      findings TEXT NOT NULL,
      teaching_points TEXT NOT NULL,
      preview_width INTEGER,
      preview_height INTEGER,
      preview BLOB
    ) STRICT;
    CREATE INDEX cases_list ON cases (title_order, key);
    CREATE INDEX cases_modality ON cases (modality, title_order, key);
    CREATE INDEX cases_body_part ON cases (body_part, title_order, key);
    CREATE INDEX cases_both ON cases (modality, body_part, title_order, key);
    """

  /// Facilities by their id, and what was ever put on the wire.
  private static let ownersAndAttempts = """
    ALTER TABLE uploads ADD COLUMN facility_id TEXT NOT NULL DEFAULT '';
    -- How its files are cut into the chunks of `attempted`; null before the first session.
    ALTER TABLE uploads ADD COLUMN wire_chunk_size INTEGER CHECK (wire_chunk_size > 0);
    UPDATE uploads SET wire_chunk_size =
      (SELECT chunk_size FROM sessions WHERE sessions.upload = uploads.key);
    -- One bit a chunk that was ever put on the wire, in whichever session: what is sent again.
    ALTER TABLE upload_files ADD COLUMN attempted BLOB NOT NULL DEFAULT x'';
    UPDATE upload_files SET attempted = acknowledged WHERE acknowledged <> x'';
    ALTER TABLE upload_files DROP COLUMN highest_bytes;
    -- The last attempt that was counted for each record of the file of slots.
    CREATE TABLE sending_slots (slot INTEGER PRIMARY KEY, serial INTEGER NOT NULL) STRICT;
    """

  /// When what is proven of an instance came about; null for what was proven before this was kept.
  private static let timesOfEvidence = """
    -- By the gateway's clock: when it had every byte; when the PACS answered for the instance.
    ALTER TABLE upload_files ADD COLUMN gateway_stored_at INTEGER;
    ALTER TABLE upload_files ADD COLUMN pacs_answered_at INTEGER;
    -- By this machine's clock: when the answer came that state and reason rest on.
    ALTER TABLE upload_files ADD COLUMN heard_at INTEGER;
    """

  private static let housekeeping = """
    CREATE TABLE account (
      one INTEGER PRIMARY KEY CHECK (one = 1),
      server TEXT NOT NULL CHECK (server <> ''),
      user TEXT NOT NULL,
      access_token TEXT NOT NULL,
      refresh_token TEXT NOT NULL,
      access_expires_at INTEGER
    ) STRICT;
    CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE cursors (
      name TEXT PRIMARY KEY, value TEXT NOT NULL, at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE outbox (
      key INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE CHECK (id <> ''),
      change TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
      next_attempt_at INTEGER,
      last_error TEXT NOT NULL DEFAULT ''
    ) STRICT;
    -- Counts commits by part of the store, so that other processes learn what changed.
    CREATE TABLE revisions (
      region TEXT PRIMARY KEY, number INTEGER NOT NULL DEFAULT 0
    ) STRICT, WITHOUT ROWID;
    """

  /// What became of a report after it was signed; `versions` is a JSON list, newest first.
  private static let reportVersions = """
    ALTER TABLE reports ADD COLUMN version INTEGER NOT NULL DEFAULT 0 CHECK (version >= 0);
    ALTER TABLE reports ADD COLUMN version_kind TEXT NOT NULL DEFAULT 'first'
      CHECK (version_kind IN ('first', 'addendum', 'amended', 'updated'));
    ALTER TABLE reports ADD COLUMN versions TEXT NOT NULL DEFAULT '[]';
    """
}
