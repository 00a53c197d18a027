import Foundation
import GRDB

/// The index of the built-in archive: what QIDO-RS answers, and where each instance's bytes are.
enum ArchiveIndex {
  static func open(_ file: URL) throws -> DatabasePool {
    var configuration = Configuration()
    configuration.busyMode = .timeout(10)
    if !FileManager.default.fileExists(atPath: file.path) {
      _ = FileManager.default.createFile(
        atPath: file.path, contents: nil, attributes: [.posixPermissions: 0o600])
    }
    let pool = try DatabasePool.durable(file, configuration)
    try migrator.migrate(pool)
    return pool
  }

  private static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1") { database in
      try database.execute(
        sql: """
          CREATE TABLE study (
            study_uid TEXT PRIMARY KEY NOT NULL,
            patient_id TEXT NOT NULL,
            patient_name TEXT NOT NULL,
            birth_date TEXT NOT NULL,
            study_date TEXT NOT NULL,
            accession_number TEXT NOT NULL,
            study_id TEXT NOT NULL,
            description TEXT NOT NULL,
            attributes TEXT NOT NULL
          ) STRICT, WITHOUT ROWID;
          CREATE INDEX study_patient ON study (patient_id);
          CREATE INDEX study_date ON study (study_date, study_uid);
          CREATE INDEX study_accession ON study (accession_number);
          CREATE TABLE series (
            study_uid TEXT NOT NULL REFERENCES study,
            series_uid TEXT NOT NULL,
            modality TEXT NOT NULL,
            series_number INTEGER NOT NULL,
            attributes TEXT NOT NULL,
            PRIMARY KEY (study_uid, series_uid)
          ) STRICT, WITHOUT ROWID;
          CREATE TABLE instance (
            sop_uid TEXT PRIMARY KEY NOT NULL,
            study_uid TEXT NOT NULL,
            series_uid TEXT NOT NULL,
            sop_class_uid TEXT NOT NULL,
            transfer_syntax_uid TEXT NOT NULL,
            modality TEXT NOT NULL,
            instance_number INTEGER NOT NULL,
            byte_count INTEGER NOT NULL CHECK (byte_count > 0),
            sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
            stored_at REAL NOT NULL,
            attributes TEXT NOT NULL,
            FOREIGN KEY (study_uid, series_uid) REFERENCES series
          ) STRICT, WITHOUT ROWID;
          CREATE INDEX instance_place
            ON instance (study_uid, series_uid, instance_number, sop_uid);
          """)
    }
    return migrator
  }
}
