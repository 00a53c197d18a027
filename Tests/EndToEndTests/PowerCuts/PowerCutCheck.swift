import Domain
import Foundation
import GRDB
import TestSupport

@testable import GatewayEmbedded
@testable import Store

/// Opens what a power cut left, by the code of the programs, and compares it with what they had
/// promised, and with what it says of itself.
struct PowerCutCheck {
  let home: URL
  let data: URL
  let promises: PowerPromises

  private struct FileRow: Sendable {
    var upload, file, state: String
    var ordinal: Int
    var blob, sha256, sop: String?
  }
  private struct ChunkRow: Hashable, Sendable {
    var upload: String
    var ordinal, number, size: Int
    var sha256: String
    var place: String?
  }

  /// - Returns: what is wrong, in words; empty when nothing is.
  func findings() async throws -> [String] {
    var found: [String] = []
    let archived = try await checkArchive(&found)
    let (files, chunks) = try await checkCatalogue(archived, &found)
    try await checkStore(files, chunks, archived, &found)
    return found
  }

  private static func check(_ pool: DatabasePool, _ name: String, _ found: inout [String])
    async throws
  {
    let words = try await pool.read { try String.fetchAll($0, sql: "PRAGMA integrity_check") }
    if words != ["ok"] { found.append("\(name): \(words.prefix(3))") }
  }

  private func digest(_ file: URL, _ range: Range<Int>? = nil) -> String? {
    guard let bytes = try? Data(contentsOf: file) else { return nil }
    guard let range else { return EndToEndTests.sha256(bytes) }
    guard range.upperBound <= bytes.count else { return nil }
    return EndToEndTests.sha256(Data(bytes[range]))
  }

  /// Every instance of the index with its bytes.
  private func checkArchive(_ found: inout [String]) async throws -> [String: String] {
    let folder = data.appendingPathComponent("archive")
    let file = folder.appendingPathComponent("index.sqlite")
    var archived: [String: String] = [:]
    if FileManager.default.fileExists(atPath: file.path) {
      let pool = try ArchiveIndex.open(file)
      defer { try? pool.close() }
      try await Self.check(pool, "archive index", &found)
      archived = try await pool.read { database in
        var rows: [String: String] = [:]
        for row in try Row.fetchAll(database, sql: "SELECT sop_uid, sha256 FROM instance") {
          rows[row[0]] = row[1]
        }
        return rows
      }
    }
    for (uid, sha256) in archived {
      let object = folder.appendingPathComponent("objects/\(sha256.prefix(2))/\(sha256)")
      if digest(object) != sha256 { found.append("archive: the bytes of \(uid) are not there") }
    }
    for (uid, sha256) in promises.committed where archived[uid] != sha256 {
      found.append("archive: \(uid) was proven and is not there")
    }
    return archived
  }

  private func checkCatalogue(_ archived: [String: String], _ found: inout [String]) async throws
    -> ([FileRow], Set<ChunkRow>)
  {
    let file = data.appendingPathComponent("catalogue.sqlite")
    guard FileManager.default.fileExists(atPath: file.path) else {
      if !promises.chunks.isEmpty { found.append("the gateway has no catalogue") }
      return ([], [])
    }
    let catalogue = try SQLiteCatalogue(file: file, bus: InProcessEventBus())
    defer { try? catalogue.pool.close() }
    try await Self.check(catalogue.pool, "catalogue", &found)
    let (files, chunks) = try await catalogue.read { database in
      let files = try Row.fetchAll(database, sql: "SELECT * FROM upload_file").map { row in
        FileRow(
          upload: row["upload_id"], file: row["file_id"], state: row["state"],
          ordinal: row["ordinal"], blob: row["blob"], sha256: row["sha256"], sop: row["sop_uid"])
      }
      let chunks = try Row.fetchAll(database, sql: "SELECT * FROM chunk").map { row in
        ChunkRow(
          upload: row["upload_id"], ordinal: row["ordinal"], number: row["number"],
          size: row["size"], sha256: row["sha256"], place: row["place"])
      }
      return (files, Set(chunks))
    }
    for row in files {
      if row.state == "stored", let blob = row.blob {
        let object = data.appendingPathComponent("objects/\(blob)")
        if digest(object) != row.sha256 { found.append("object of \(row.file) is not there") }
      }
      if ["verified", "committed"].contains(row.state), archived[row.sop ?? ""] != row.sha256 {
        found.append("\(row.file) is \(row.state), and the archive does not have it")
      }
      guard row.blob == nil, row.state == "waiting" else { continue }
      for chunk in chunks where chunk.upload == row.upload && chunk.ordinal == row.ordinal {
        let place = chunk.place.flatMap { ChunkPlace($0) }
        let bytes = place.flatMap { place in
          digest(
            data.appendingPathComponent("chunks/\(row.upload)/\(place.file)"),
            Int(place.offset)..<Int(place.offset) + chunk.size)
        }
        if bytes != chunk.sha256 {
          found.append("chunk \(chunk.number) of \(row.file) has no bytes")
        }
      }
    }
    for chunk in promises.chunks
    where !has(chunk.file, chunk.index, chunk.upload, chunk.sha256, files, chunks) {
      found.append("chunk \(chunk.index) of \(chunk.file) was acknowledged and is lost")
    }
    return (files, chunks)
  }

  /// Whether the gateway has a chunk, or the whole file that it became part of.
  private func has(
    _ file: String, _ index: Int, _ upload: String, _ sha256: String?, _ files: [FileRow],
    _ chunks: Set<ChunkRow>
  ) -> Bool {
    // Answers to many chunks at once name no upload; names of files are unique.
    files.contains { row in
      guard upload.isEmpty || row.upload == upload, row.file == file else { return false }
      if ["stored", "verified", "committed"].contains(row.state) { return true }
      return chunks.contains {
        $0.upload == row.upload && $0.ordinal == row.ordinal && $0.number == index
          && (sha256 == nil || $0.sha256 == sha256)
      }
    }
  }

  private func checkStore(
    _ files: [FileRow], _ chunks: Set<ChunkRow>, _ archived: [String: String],
    _ found: inout [String]
  ) async throws {
    let place = Home(folder: home.path)
    guard FileManager.default.fileExists(atPath: place.database) else {
      if !promises.queued.isEmpty { found.append("the workstation has no store") }
      return
    }
    let store = try Store(home: place)
    let words = try await store.read { try String.fetchAll($0, sql: "PRAGMA integrity_check") }
    if words != ["ok"] { found.append("store: \(words.prefix(3))") }
    for (id, count) in promises.queued {
      guard let work = try await store.work(UploadID(id)), work.files.count == count else {
        found.append("upload \(id) was queued and is lost")
        continue
      }
      for progress in work.files {
        let file = progress.file
        if [.verified, .committed].contains(file.state), archived[file.sopInstanceUID] == nil {
          found.append("the workstation takes \(file.sopInstanceUID) for \(file.state)")
        }
        // Queued means that the bytes are there: of a copy in the spool, on our disk.
        if !work.upload.state.isProven, file.path.hasPrefix(place.spool + "/"),
          file.sha256 == nil || digest(URL(fileURLWithPath: file.path)) != file.sha256
        {
          found.append("the copy of \(file.sopInstanceUID) in the spool is lost")
        }
        guard let session = work.session, !work.upload.state.isFinal else { continue }
        for index in progress.acknowledged.chunks
        where !has(file.id.rawValue, index, session.remoteID, nil, files, chunks) {
          found.append("the workstation takes chunk \(index) of \(file.id) for acknowledged")
        }
      }
    }
    try store.close()
  }
}

/// The digests under each SOP Instance UID in an archive's index.
enum InstanceDigests {
  static func fetch(_ database: Database) throws -> [String: [String]] {
    var held: [String: [String]] = [:]
    for row in try Row.fetchAll(database, sql: "SELECT sop_uid, sha256 FROM instance") {
      held[row[0], default: []].append(row[1])
    }
    return held
  }
}
