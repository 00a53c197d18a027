public import Domain
import GRDB

extension Store {
  /// Which of these files were handed over before, in whatever state their uploads are now: the same
  /// content under any name, or a file that was copied from this path.
  /// - Returns: their paths.
  public func alreadyQueued(_ files: [String: FileStamp]) async throws -> Set<String> {
    let all = Array(files)
    var found: Set<String> = []
    for start in stride(from: 0, to: all.count, by: 400) {
      let some = all[start..<min(start + 400, all.count)]
      let marks = placeholders(some.count)
      found.formUnion(
        try await read { db in
          let same = try Row.fetchAll(
            db,
            sql: """
              SELECT inode, byte_count, modified_at FROM upload_files WHERE inode IN (\(marks))
              """, arguments: StatementArguments(some.map { Int64(bitPattern: $0.value.inode) }))
          let stamps = Set(
            same.map { row in
              FileStamp(
                inode: UInt64(bitPattern: row["inode"] as Int64), byteCount: row["byte_count"],
                modifiedAt: row["modified_at"])
            })
          let origins = try String.fetchSet(
            db, sql: "SELECT origin FROM upload_files WHERE origin <> '' AND origin IN (\(marks))",
            arguments: StatementArguments(some.map(\.key)))
          return some.filter { stamps.contains($0.value) || origins.contains($0.key) }.map(\.key)
        })
    }
    return found
  }
}
