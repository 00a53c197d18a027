public import Domain
public import Foundation
import GRDB

extension Store {
  /// Moves an upload within its service level: what comes before it is sent before it.
  /// - Returns: its place then, from 1, and how many unfinished uploads of its level there are.
  /// - Throws: ``StoreError/unknownUpload(_:)``, ``StoreError/invalid(_:)`` when it is not on its way.
  @discardableResult
  public func move(_ id: UploadID, _ move: QueueMove, at now: Date) async throws
    -> (place: Int, of: Int)
  {
    try await write { db, touched in
      guard let upload = try Self.upload(db, "id = ?", [id.rawValue]) else {
        throw StoreError.unknownUpload(id)
      }
      let states = [UploadState.queued, .sending, .stored, .paused, .held]
      guard states.contains(upload.state) else {
        throw StoreError.invalid(
          "Upload \(id) is \(upload.state.rawValue): it has no place to move.")
      }
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT key, id, COALESCE(turn, created_at) AS turn FROM uploads
          WHERE state IN (\(states.sql)) AND service_level = ? ORDER BY list_order, key
          """, arguments: [upload.serviceLevel.rawValue])
      var order = rows.map { (key: $0["key"] as Int64, id: $0["id"] as String) }
      guard let place = order.firstIndex(where: { $0.id == id.rawValue }) else {
        throw StoreError.unknownUpload(id)
      }
      let target =
        switch move {
        case .up: max(0, place - 1)
        case .down: min(order.count - 1, place + 1)
        case .first: 0
        case .last: order.count - 1
        }
      let item = order.remove(at: place)
      order.insert(item, at: target)
      // The same times in the new order; equal ones are spread by a microsecond each.
      var last = Int64.min
      for (index, row) in rows.enumerated() {
        let old: Int64 = row["turn"]
        let turn = max(old, last == .min ? old : last + 1)
        last = turn
        guard order[index].key != row["key"] as Int64 || turn != old else { continue }
        try db.execute(
          sql: "UPDATE uploads SET turn = ? WHERE key = ?", arguments: [turn, order[index].key])
      }
      if target != place {
        try Self.logLine(
          "Moved to place \(target + 1) of \(order.count) among \(upload.serviceLevel.title).",
          upload: item.key, at: now, db)
      }
      touched.formUnion([.uploads, .queue])
      return (target + 1, order.count)
    }
  }
}
