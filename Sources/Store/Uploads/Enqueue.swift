import CLinux
public import Domain
public import Foundation
import GRDB

extension Store {
  /// Takes studies over: all or none, on the disk when the call returns.
  /// - Parameter owner: whose login sends them; ``Domain/UploadOwner/nobody`` when nobody has logged
  ///   in yet.
  /// - Returns: the ids in the order of the drafts.
  /// - Throws: ``StoreError/invalid(_:)`` for a study without files, a history over 500 characters
  ///   or reasons beyond their bounds.
  public func enqueue(
    _ drafts: [StudyDraft], owner: UploadOwner, now: Date
  ) async throws -> [UploadID] {
    for draft in drafts {
      guard !draft.files.isEmpty else {
        throw StoreError.invalid("A study without files cannot be sent; choose one with files.")
      }
      guard draft.clinicalHistory.unicodeScalars.count <= 500 else {
        throw StoreError.invalid(
          "The clinical history has \(draft.clinicalHistory.unicodeScalars.count) characters; "
            + "at most 500 are allowed. Shorten it.")
      }
      try Self.check(draft.reasons)
      guard draft.files.allSatisfy({ $0.byteCount >= 0 && $0.path.hasPrefix("/") }) else {
        throw StoreError.invalid("A file of the study has no absolute path or no valid size.")
      }
      guard draft.files.allSatisfy({ $0.archiveEntry == nil }) else {
        throw StoreError.invalid("A file of the study lies in an archive and was not staged first.")
      }
      guard draft.edited.isEmpty, draft.files.allSatisfy({ $0.rewrite == nil }) else {
        throw StoreError.invalid("A file of the study is to be rewritten and was not staged first.")
      }
    }
    let spool = spool
    let staged = drafts.flatMap { $0.files.compactMap { spool.name(of: $0.path) } }
    if !staged.isEmpty {
      // What the rows promise must be there, by name, before they are written.
      try await blockingWork {
        for name in staged where access(spool.folder + "/" + name, R_OK) != 0 {
          throw StoreError.source(path: spool.folder + "/" + name, reason: systemReason())
        }
        try spool.flush()
      }
    }
    return try await write { db, touched in
      var ids: [UploadID] = []
      for draft in drafts {
        let id = UploadID.make(at: now)
        try Self.insert(draft, id, owner, spool, now, db)
        ids.append(id)
      }
      if !drafts.isEmpty { touched.formUnion([.uploads, .queue]) }
      return ids
    }
  }

  private static func insert(
    _ draft: StudyDraft, _ id: UploadID, _ owner: UploadOwner, _ spool: Spool, _ now: Date,
    _ db: Database
  ) throws {
    let bytes = try total(draft.files.map(\.byteCount))
    let columns =
      [
        "id", "state", "reason", "service_level", "clinical_history", "file_count", "byte_count",
        "owner", "facility", "facility_id", "gateway", "created_at", "updated_at", "overridden",
        "force_reason",
      ] + StudySummary.columns
    let overridden = try overriddenText(draft.overridden)
    var values: [(any DatabaseValueConvertible)?] = [
      id.rawValue, (draft.heldBecause == nil ? UploadState.queued : .held).rawValue,
      draft.heldBecause ?? "", draft.serviceLevel.rawValue,
      draft.clinicalHistory, draft.files.count, bytes, owner.username, owner.facility.name,
      owner.facility.id.rawValue, owner.gateway, now.micros, now.micros, overridden,
      draft.forceReason,
    ]
    for value in draft.study.values { values.append(value) }
    let statement = try db.cachedStatement(
      sql: """
        INSERT INTO uploads (\(columns.joined(separator: ", ")))
        VALUES (\(placeholders(columns.count)))
        """)
    try statement.execute(arguments: StatementArguments(values))
    let key = db.lastInsertedRowID
    for file in draft.files { try insertFile(file, upload: key, spool, now: now, db) }
    let by = owner.username.isEmpty ? "" : " by \(owner.username)"
    try logLine("Handed over\(by): \(draft.files.count) files.", upload: key, at: now, db)
    if let reason = draft.forceReason {
      try logLine("To be sent although it was sent before: \(reason)", upload: key, at: now, db)
    }
    for reason in draft.reasons { try keep(reason, upload: key, at: now, db) }
    for note in draft.notes { try logLine(note, upload: key, at: now, db) }
  }

  private static func overriddenText(_ values: [StudyField: String]) throws -> String {
    guard !values.isEmpty else { return "" }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(values), as: UTF8.self)
  }

  /// What the files of an upload say where a person typed something else.
  static func overridden(_ text: String) -> [StudyField: String] {
    guard !text.isEmpty else { return [:] }
    return (try? JSONDecoder().decode([StudyField: String].self, from: Data(text.utf8))) ?? [:]
  }

  /// Adds a file row and returns its new id.
  @discardableResult
  static func insertFile(
    _ file: DraftFile, upload: Int64, _ spool: Spool, now: Date, _ db: Database
  ) throws -> FileID {
    let id = FileID.make(at: now)
    let statement = try db.cachedStatement(
      sql: """
        INSERT INTO upload_files (upload, id, path, byte_count, modified_at, inode,
          sop_instance_uid, sop_class_uid, series_instance_uid, transfer_syntax_uid,
          instance_number, sha256, spool_name, origin)
        VALUES (\(placeholders(14)))
        """)
    try statement.execute(arguments: [
      upload, id.rawValue, file.path, file.byteCount, file.modifiedAt,
      Int64(bitPattern: file.inode), file.sopInstanceUID, file.sopClassUID,
      file.seriesInstanceUID, file.transferSyntaxUID, file.instanceNumber,
      file.sha256, spool.name(of: file.path), file.origin ?? "",
    ])
    return id
  }

  static func logLine(_ text: String, upload: Int64, at: Date, _ db: Database) throws {
    let statement = try db.cachedStatement(
      sql: "INSERT INTO upload_log (upload, at, text) VALUES (?, ?, ?)")
    try statement.execute(arguments: [upload, at.micros, text])
  }

  private static func total(_ sizes: [Int64]) throws -> Int64 {
    var sum: Int64 = 0
    for size in sizes {
      let (next, overflow) = sum.addingReportingOverflow(size)
      guard !overflow else { throw StoreError.invalid("The sizes of the files are not valid.") }
      sum = next
    }
    return sum
  }
}
