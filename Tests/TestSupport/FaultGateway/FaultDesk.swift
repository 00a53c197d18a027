import Crypto
import Domain
import Foundation
import Synchronization
import Wire

/// What the test gateway remembers.
final class FaultDesk: Sendable {
  struct Session {
    var user: String
    var request: InitRequest
    var token: String
    var chunkSize: Int
    /// Bytes by file and index, and what they pretended to be.
    var chunks: [String: [Int: Data]] = [:]
    var isComplete = false
    /// Extension mode: instances, after complete.
    var custody: [String: (sha256: String, state: InstanceState)] = [:]
    var polls = 0
  }

  struct State {
    var armed: [Fault: Int] = [:]
    var happened: [Fault: Int] = [:]
    var requests: [String: Int] = [:]
    var receivedBytes = 0
    var arrivals: [String] = []
    var oddNames: [String] = []
    var onChunk: (@Sendable (Int) -> Void)?
    var serial = 0
    var access: Set<String> = []
    /// Who each token was given to.
    var users: [String: String] = [:]
    var refresh: Set<String> = []
    var refreshParents: [String: String] = [:]
    var sessions: [String: Session] = [:]
    var duplicates: [String: String] = [:]
    var pacs: Set<String> = []
    /// Images that others sent.
    var known: [KnownInstancesAnswer.Instance] = []
    var reports: [ReportMessage] = []
    var notifications: [NotificationMessage] = []
    var changes: [Change] = []
    /// Nobody is answered before.
    var frozenUntil: ContinuousClock.Instant?
    var streams: [Int: AsyncStream<String>.Continuation] = [:]
    var lastEventIDs: [String?] = []

    mutating func number() -> Int {
      serial += 1
      return serial
    }

    /// True when the fault is armed; uses up one of its times.
    mutating func fires(_ fault: Fault) -> Bool {
      guard let left = armed[fault], left > 0 else { return false }
      armed[fault] = left - 1
      happened[fault, default: 0] += 1
      return true
    }

    mutating func change(_ make: (Int64) -> Change) -> Int64 {
      let revision = Int64(changes.count + 1)
      changes.append(make(revision))
      return revision
    }
  }

  let state = Mutex(State())
  let extensions: Bool
  let chunkSize: Int

  init(extensions: Bool, chunkSize: Int) {
    self.extensions = extensions
    self.chunkSize = chunkSize
  }

  static func hex(_ bytes: Data) -> String {
    SHA256.hash(data: bytes).map { String(format: "%02x", $0) }.joined()
  }

  /// What RelayPACS may take for a path without harm.
  static func isSafe(_ name: String) -> Bool {
    !name.isEmpty && name.first != "."
      && name.utf8.allSatisfy {
        (48...57) ~= $0 || (65...90) ~= $0 || (97...122) ~= $0 || [45, 46, 95].contains($0)
      }
  }

  func fires(_ fault: Fault) -> Bool { state.withLock { $0.fires(fault) } }

  func send(_ text: String) {
    let streams = state.withLock { Array($0.streams.values) }
    for stream in streams { stream.yield(text) }
  }

  func finishReport(ofUpload upload: String, text: String, versions: [ReportVersionMessage]) {
    let revision = state.withLock { state -> Int64? in
      guard let index = state.reports.firstIndex(where: { $0.uploadID == upload }) else {
        return nil
      }
      state.reports[index].status = "ready"
      state.reports[index].reportText = text
      if extensions {
        state.reports[index].version = max(1, versions.count)
        state.reports[index].versionKind = versions.first?.kind
        state.reports[index].versions = versions.isEmpty ? nil : versions
      }
      state.reports[index].updatedAt = WireDate(Date())
      let report = state.reports[index]
      let note = NotificationMessage(
        id: "note-\(state.number())", userID: "ann", notificationType: "report_ready",
        title: "Report ready", message: "A report is ready", relatedUploadID: upload,
        relatedReportID: report.id, isRead: false, createdAt: WireDate(Date()))
      state.notifications.insert(note, at: 0)
      _ = state.change { Change(revision: $0, notification: note) }
      return state.change { Change(revision: $0, report: report) }
    }
    if let revision, extensions {
      send("event: changed\r\nid: \(revision)\r\ndata: {\"revision\":\(revision)}\r\n\r\n")
    }
  }

  /// Puts a complete session's files into the PACS, less what the armed faults lose.
  static func forward(_ session: inout Session, _ state: inout State) -> Int {
    var stored = 0
    let loses = state.fires(.partialReceipt)
    let truncates = state.fires(.truncatesInPACS)
    let lies = state.fires(.liesAboutPACS)
    for (number, (file, chunks)) in session.chunks.sorted(by: { $0.key < $1.key }).enumerated() {
      var bytes = chunks.sorted { $0.key < $1.key }.reduce(into: Data()) { $0.append($1.value) }
      if number == 0, truncates { bytes = Data(bytes.prefix(bytes.count / 2)) }
      if lies || (number == 0 && loses) {
        session.custody[file] = (hex(bytes), .failed)
        continue
      }
      state.pacs.insert(hex(bytes))
      session.custody[file] = (hex(bytes), .stored)
      stored += 1
    }
    return stored
  }
}
