import GRDB

/// The schema, in steps. A step that was released is never edited.
/// Moments are microseconds since 1970 (UTC).
enum Schema {
  static func migrate(_ database: DatabasePool) throws {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1 accounts") { try $0.execute(sql: accounts) }
    migrator.registerMigration("2 uploads") { try $0.execute(sql: uploads) }
    migrator.registerMigration("3 reports and changes") { try $0.execute(sql: reports) }
    migrator.registerMigration("4 report versions") { try $0.execute(sql: reportVersions) }
    migrator.registerMigration("5 places of chunks") { try $0.execute(sql: chunkPlaces) }
    migrator.registerMigration("6 second factors") { try $0.execute(sql: secondFactors) }
    migrator.registerMigration("7 audit log") { try $0.execute(sql: auditLog) }
    migrator.registerMigration("8 pieces and known content") { try $0.execute(sql: pieces) }
    migrator.registerMigration("9 reasons") { try $0.execute(sql: reasons) }
    migrator.registerMigration("11 upload templates") { try $0.execute(sql: templates) }
    try migrator.migrate(database)
  }

  private static let accounts = """
    CREATE TABLE facility (
      id TEXT PRIMARY KEY NOT NULL,
      name TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 200)
    );
    CREATE TABLE account (
      id TEXT PRIMARY KEY NOT NULL,
      username TEXT NOT NULL,
      username_key TEXT NOT NULL UNIQUE,
      email TEXT UNIQUE,
      password_hash TEXT NOT NULL,
      full_name TEXT NOT NULL,
      role TEXT NOT NULL CHECK
        (role IN ('clinician', 'radiographer', 'radiologist', 'facility_admin', 'admin')),
      facility_id TEXT NOT NULL REFERENCES facility (id),
      is_active INTEGER NOT NULL CHECK (is_active IN (0, 1)),
      created_at INTEGER NOT NULL
    );
    CREATE TABLE login (
      id TEXT PRIMARY KEY NOT NULL,
      account_id TEXT NOT NULL REFERENCES account (id),
      generation INTEGER NOT NULL,
      rotated_at INTEGER NOT NULL,
      expires_at INTEGER NOT NULL,
      revoked_at INTEGER
    );
    CREATE INDEX login_expires ON login (expires_at);
    """

  private static let uploads = """
    CREATE TABLE upload (
      id TEXT PRIMARY KEY NOT NULL,
      owner_id TEXT NOT NULL REFERENCES account (id),
      owner_name TEXT NOT NULL,
      facility_id TEXT NOT NULL REFERENCES facility (id),
      client_id TEXT,
      state TEXT NOT NULL CHECK (state IN
        ('receiving', 'stored', 'forwarding', 'verified', 'committed', 'failed', 'cancelled')),
      reason TEXT NOT NULL,
      patient_name TEXT NOT NULL,
      study_date TEXT NOT NULL,
      modality TEXT NOT NULL,
      metadata TEXT NOT NULL,
      clinical_history TEXT NOT NULL,
      service_level TEXT NOT NULL,
      service_rank INTEGER NOT NULL,
      study_uid TEXT NOT NULL,
      total_files INTEGER NOT NULL CHECK (total_files > 0),
      total_bytes INTEGER NOT NULL CHECK (total_bytes > 0),
      received_bytes INTEGER NOT NULL DEFAULT 0 CHECK (received_bytes <= total_bytes),
      chunk_size INTEGER NOT NULL CHECK (chunk_size > 0),
      has_manifest INTEGER NOT NULL,
      created_at INTEGER NOT NULL,
      expires_at INTEGER NOT NULL,
      stored_at INTEGER,
      verified_at INTEGER,
      next_attempt_at INTEGER,
      attempts INTEGER NOT NULL DEFAULT 0
    );
    CREATE UNIQUE INDEX upload_client ON upload (owner_id, client_id)
      WHERE client_id IS NOT NULL;
    CREATE INDEX upload_due ON upload (next_attempt_at) WHERE next_attempt_at IS NOT NULL;
    CREATE INDEX upload_open ON upload (expires_at) WHERE state = 'receiving';
    CREATE INDEX upload_study ON upload (facility_id, study_uid);
    CREATE INDEX upload_plain ON upload (facility_id, study_date, modality);
    CREATE INDEX upload_stored ON upload (facility_id, stored_at);
    CREATE TABLE upload_file (
      upload_id TEXT NOT NULL REFERENCES upload (id) ON DELETE CASCADE,
      ordinal INTEGER NOT NULL,
      file_id TEXT NOT NULL,
      expected_size INTEGER,
      expected_sha256 TEXT,
      expected_sop TEXT,
      size INTEGER NOT NULL,
      sha256 TEXT,
      sop_uid TEXT,
      sop_class TEXT,
      study_uid TEXT,
      series_uid TEXT,
      modality TEXT,
      blob TEXT,
      state TEXT NOT NULL CHECK
        (state IN ('waiting', 'stored', 'verified', 'committed', 'failed')),
      reason TEXT NOT NULL,
      stored_at INTEGER,
      sent_at INTEGER,
      verified_at INTEGER,
      PRIMARY KEY (upload_id, ordinal),
      UNIQUE (upload_id, file_id)
    ) WITHOUT ROWID;
    CREATE TABLE chunk (
      upload_id TEXT NOT NULL,
      ordinal INTEGER NOT NULL,
      number INTEGER NOT NULL CHECK (number >= 0),
      size INTEGER NOT NULL CHECK (size > 0),
      sha256 TEXT NOT NULL,
      PRIMARY KEY (upload_id, ordinal, number),
      FOREIGN KEY (upload_id, ordinal) REFERENCES upload_file (upload_id, ordinal)
        ON DELETE CASCADE
    ) WITHOUT ROWID;
    """

  private static let reports = """
    CREATE TABLE report (
      id TEXT PRIMARY KEY NOT NULL,
      upload_id TEXT NOT NULL UNIQUE REFERENCES upload (id),
      owner_id TEXT NOT NULL,
      owner_name TEXT NOT NULL,
      facility_id TEXT NOT NULL,
      study_uid TEXT NOT NULL,
      status TEXT NOT NULL CHECK
        (status IN ('assigned', 'pending', 'ready', 'additional_data_required')),
      service_level TEXT NOT NULL,
      service_rank INTEGER NOT NULL,
      radiologist TEXT NOT NULL,
      text TEXT NOT NULL,
      pdf TEXT,
      study TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      signed_at INTEGER,
      due_at INTEGER,
      sources TEXT NOT NULL,
      next_poll_at INTEGER
    );
    CREATE INDEX report_poll ON report (next_poll_at) WHERE next_poll_at IS NOT NULL;
    CREATE INDEX report_owner ON report (owner_id, created_at);
    CREATE INDEX report_facility ON report (facility_id, created_at);
    CREATE TABLE notification (
      id TEXT PRIMARY KEY NOT NULL,
      owner_id TEXT NOT NULL,
      kind TEXT NOT NULL,
      title TEXT NOT NULL,
      message TEXT NOT NULL,
      upload_id TEXT,
      report_id TEXT,
      created_at INTEGER NOT NULL,
      read_at INTEGER
    );
    CREATE INDEX notification_owner ON notification (owner_id, created_at);
    CREATE INDEX notification_unread ON notification (owner_id) WHERE read_at IS NULL;
    CREATE TABLE teaching_case (
      id TEXT PRIMARY KEY NOT NULL,
      content TEXT NOT NULL
    );
    -- One row for each thing, with the revision of its last change.
    CREATE TABLE change (
      revision INTEGER PRIMARY KEY AUTOINCREMENT,
      kind TEXT NOT NULL CHECK (kind IN ('report', 'notification', 'upload', 'case')),
      entity_id TEXT NOT NULL,
      owner_id TEXT NOT NULL,
      facility_id TEXT NOT NULL,
      UNIQUE (kind, entity_id)
    );
    """

  /// What was signed before counts as the first version, and is looked after for its month.
  private static let reportVersions = """
    ALTER TABLE report ADD COLUMN version INTEGER NOT NULL DEFAULT 0 CHECK (version >= 0);
    CREATE INDEX report_study ON report (study_uid);
    CREATE TABLE report_version (
      report_id TEXT NOT NULL REFERENCES report (id),
      number INTEGER NOT NULL CHECK (number >= 1),
      kind TEXT NOT NULL CHECK (kind IN ('first', 'addendum', 'amended', 'updated')),
      radiologist TEXT NOT NULL,
      text TEXT NOT NULL,
      is_pdf_text INTEGER NOT NULL CHECK (is_pdf_text IN (0, 1)),
      pdf TEXT,
      signed_at INTEGER,
      received_at INTEGER NOT NULL,
      sources TEXT NOT NULL,
      PRIMARY KEY (report_id, number),
      CHECK ((number = 1) = (kind = 'first'))
    ) WITHOUT ROWID;
    CREATE TRIGGER report_version_keep BEFORE UPDATE ON report_version BEGIN
      SELECT raise(ABORT, 'a signed version is never changed');
    END;
    CREATE TRIGGER report_version_stay BEFORE DELETE ON report_version BEGIN
      SELECT raise(ABORT, 'a signed version is never deleted');
    END;
    INSERT INTO report_version
      SELECT id, 1, 'first', radiologist, text, pdf IS NOT NULL, pdf, signed_at, updated_at, sources
      FROM report WHERE status = 'ready';
    UPDATE report SET version = 1, next_poll_at = updated_at WHERE status = 'ready'
      AND sources <> '[]';
    UPDATE report SET version = 1 WHERE status = 'ready';
    """

  private static let chunkPlaces = "ALTER TABLE chunk ADD COLUMN place TEXT NOT NULL DEFAULT ''"

  /// Pieces of chunks that are not whole; and ways to find bytes and instances that are here.
  private static let pieces = """
    CREATE TABLE piece (
      upload_id TEXT NOT NULL,
      ordinal INTEGER NOT NULL,
      number INTEGER NOT NULL CHECK (number >= 0),
      start INTEGER NOT NULL CHECK (start >= 0),
      size INTEGER NOT NULL CHECK (size > 0),
      sha256 TEXT NOT NULL,
      place TEXT NOT NULL,
      PRIMARY KEY (upload_id, ordinal, number, start, size),
      FOREIGN KEY (upload_id, ordinal) REFERENCES upload_file (upload_id, ordinal)
        ON DELETE CASCADE
    ) WITHOUT ROWID;
    CREATE INDEX upload_file_content ON upload_file (sha256) WHERE blob IS NOT NULL;
    CREATE INDEX upload_file_announced ON upload_file (expected_sha256)
      WHERE state = 'waiting' AND expected_sha256 IS NOT NULL;
    CREATE INDEX upload_file_sop ON upload_file (sop_uid) WHERE sop_uid IS NOT NULL;
    """

  private static let secondFactors = """
    CREATE TABLE second_factor (
      account_id TEXT PRIMARY KEY NOT NULL REFERENCES account (id),
      secret BLOB,
      last_step INTEGER NOT NULL DEFAULT -1,
      pending BLOB,
      CHECK (secret IS NOT NULL OR pending IS NOT NULL)
    ) WITHOUT ROWID;
    CREATE TABLE recovery_code (
      account_id TEXT NOT NULL REFERENCES account (id),
      digest TEXT NOT NULL CHECK (length(digest) = 64),
      used_at INTEGER,
      PRIMARY KEY (account_id, digest)
    ) WITHOUT ROWID;
    """

  /// What people wrote when they decided against a safeguard: once for each upload here, and in the
  /// audit log.
  private static let reasons = """
    CREATE TABLE upload_reason (
      upload_id TEXT NOT NULL REFERENCES upload (id) ON DELETE CASCADE,
      kind TEXT NOT NULL CHECK (length(kind) > 0),
      text TEXT NOT NULL CHECK (length(text) BETWEEN 1 AND 500),
      at INTEGER NOT NULL,
      PRIMARY KEY (upload_id, kind, text)
    ) WITHOUT ROWID;
    ALTER TABLE audit ADD COLUMN detail TEXT NOT NULL DEFAULT '';
    """

  /// The hash chain is described at `AuditChain`. The row that comes must be the next one, which
  /// refuses INSERT OR REPLACE, too.
  private static let auditLog = """
    CREATE TABLE audit (
      number INTEGER PRIMARY KEY NOT NULL,
      at INTEGER NOT NULL,
      actor TEXT NOT NULL,
      address TEXT NOT NULL,
      action TEXT NOT NULL CHECK (length(action) > 0),
      entity TEXT NOT NULL,
      entity_id TEXT NOT NULL,
      result TEXT NOT NULL,
      previous TEXT NOT NULL CHECK (length(previous) = 64),
      hash TEXT NOT NULL CHECK (length(hash) = 64)
    );
    CREATE INDEX audit_actor ON audit (actor, number);
    CREATE INDEX audit_at ON audit (at);
    CREATE TRIGGER audit_keep BEFORE UPDATE ON audit BEGIN
      SELECT raise(ABORT, 'the audit log is never changed');
    END;
    CREATE TRIGGER audit_stay BEFORE DELETE ON audit BEGIN
      SELECT raise(ABORT, 'the audit log is never shortened');
    END;
    CREATE TRIGGER audit_follow BEFORE INSERT ON audit
      WHEN NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM audit) BEGIN
      SELECT raise(ABORT, 'a row of the audit log follows the last one');
    END;
    """
}
