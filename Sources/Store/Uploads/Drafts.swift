import Domain
public import Foundation
import GRDB

extension Store {
  /// Something begun and not brought to its end, as the interface wrote it.
  public struct KeptDraft: Sendable, Equatable {
    public var content: String
    public var at: Date
  }

  /// Keeps the unfinished work of this process; on the disk when the call returns.
  /// - Parameter content: JSON; replaces what was kept before.
  public func keepDraft(_ content: String, at now: Date) async throws {
    let id = ProcessMark.own.text
    try await write { db, _ in
      try db.execute(
        sql: """
          INSERT INTO drafts (id, content, updated_at) VALUES (?, ?, ?)
          ON CONFLICT (id) DO UPDATE SET content = excluded.content, updated_at = excluded.updated_at
          """, arguments: [id, content, now.micros])
    }
  }

  /// The newest of what processes left that are not there any more. To be asked for before anything
  /// is kept: what a process of this very number left belongs to it too.
  public func unfinishedDraft() async throws -> KeptDraft? {
    let kept = try await read { db in
      try Row.fetchAll(
        db, sql: "SELECT id, content, updated_at FROM drafts ORDER BY updated_at DESC"
      ).map { row in
        (
          ProcessMark(text: row["id"]),
          KeptDraft(content: row["content"], at: row.date("updated_at"))
        )
      }
    }
    return kept.first { !$0.0.isAliveElsewhere }?.1
  }

  /// Forgets the unfinished work of this process, and of those that are not there any more.
  public func forgetDrafts() async throws {
    try await write { db, _ in
      let ids = try String.fetchAll(db, sql: "SELECT id FROM drafts")
      for id in ids where !ProcessMark(text: id).isAliveElsewhere {
        try db.execute(sql: "DELETE FROM drafts WHERE id = ?", arguments: [id])
      }
    }
  }
}

/// Tells a process from all others that ever have its number, by when it began.
struct ProcessMark: Sendable, Equatable {
  let text: String

  init(text: String) { self.text = text }

  init(of process: Int32) {
    text = "\(process)-\(Self.began(process) ?? "")"
  }

  static let own = ProcessMark(of: getpid())

  /// True when the process runs, and is not this one.
  var isAliveElsewhere: Bool {
    guard self != Self.own, let number = text.split(separator: "-").first.flatMap({ Int32($0) })
    else { return false }
    return Self.began(number).map { "\(number)-\($0)" == text } ?? false
  }

  /// Ticks from the start of the machine to that of the process (proc(5), field 22); nil when there
  /// is none.
  private static func began(_ process: Int32) -> String? {
    guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
      // The second field is a name in parentheses, which may hold anything.
      let end = text.lastIndex(of: ")")
    else { return nil }
    let fields = text[end...].split(separator: " ")
    return fields.count > 20 ? String(fields[20]) : nil
  }
}
