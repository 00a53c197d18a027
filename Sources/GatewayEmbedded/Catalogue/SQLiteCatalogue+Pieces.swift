public import Domain
public import Foundation
import GRDB
public import Gateway

extension SQLiteCatalogue: PieceCatalogue {
  public func pieces(of upload: UploadID) async throws -> [PieceRecord] {
    try await read { database in
      try Row.fetchAll(
        try database.cachedStatement(
          sql: "SELECT * FROM piece WHERE upload_id = ? ORDER BY ordinal, number, start, size"),
        arguments: [upload.rawValue]
      ).map(PieceRecord.init)
    }
  }

  public func pieces(of chunk: Int, file: Int, of upload: UploadID) async throws -> [PieceRecord] {
    try await read { try Self.pieces(chunk, file, upload, $0) }
  }

  private static func pieces(_ chunk: Int, _ file: Int, _ upload: UploadID, _ database: Database)
    throws -> [PieceRecord]
  {
    try Row.fetchAll(
      try database.cachedStatement(
        sql: """
          SELECT * FROM piece WHERE upload_id = ? AND ordinal = ? AND number = ?
          ORDER BY start, size
          """), arguments: [upload.rawValue, file, chunk]
    ).map(PieceRecord.init)
  }

  public func record(
    _ piece: PieceRecord, agreeing: [PieceRecord], of upload: UploadID, expiresAt: Date
  ) async throws -> PieceOutcome {
    try await write { database, _ in
      let session = try database.row("SELECT state FROM upload WHERE id = ?", [upload.rawValue])
      guard session?["state"] == CustodyState.receiving.rawValue else { return .closed }
      guard try Self.chunk(piece.chunk, piece.file, upload, database) == nil else { return .whole }
      let others = try Row.fetchAll(
        try database.cachedStatement(
          sql: """
            SELECT * FROM piece WHERE upload_id = ? AND ordinal = ? AND number = ?
              AND start < ? AND start + size > ?
            """),
        arguments: [
          upload.rawValue, piece.file, piece.chunk, piece.range.upperBound, piece.start,
        ]
      ).map(PieceRecord.init)
      if others.contains(where: { $0.range == piece.range && $0.sha256 == piece.sha256 }) {
        return .same
      }
      guard Set(others).isSubset(of: agreeing) else { return .changed }
      try database.run(
        """
        INSERT INTO piece (upload_id, ordinal, number, start, size, sha256, place)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """,
        [
          upload.rawValue, piece.file, piece.chunk, piece.start, piece.size, piece.sha256,
          piece.place,
        ])
      try database.run(
        "UPDATE upload SET expires_at = ? WHERE id = ?",
        [expiresAt.stamp, upload.rawValue])
      return .recorded
    }
  }

  public func forgetPieces(of chunk: Int, file: Int, of upload: UploadID) async throws {
    try await write { database, _ in
      try database.run(
        "DELETE FROM piece WHERE upload_id = ? AND ordinal = ? AND number = ?",
        [upload.rawValue, file, chunk])
    }
  }
}

extension PieceRecord {
  fileprivate init(_ row: Row) {
    self.init(
      file: row["ordinal"], chunk: row["number"], start: row["start"], size: row["size"],
      sha256: row["sha256"], place: row["place"])
  }
}
