import Domain
import Terminal
import Workstation

/// The running work of the interface, by what it is for. An answer counts only while its work is
/// the newest of its kind.
@UIActor
final class TaskTable {
  enum Key: Hashable {
    case load(String)
    case folder, scan, review, estimate, login, logout, sync
    case pdf(ReportID)
    case receipt(UploadID)
    case timer(Message.Timer)
    /// Runs as long as the program.
    case clock, changes, news, engine, viewer
    case cine
  }

  /// Says which run of which work an answer belongs to.
  struct Ticket: Sendable {
    let key: Key
    let generation: Int
  }

  private var entries: [Key: (generation: Int, task: Task<Void, Never>)] = [:]
  private var generations = 0

  /// Starts work off the interface's thread; what runs under the same key is cancelled, and its
  /// answer will be dropped.
  func start(_ key: Key, _ work: @escaping @Sendable (Ticket) async -> Void) {
    entries[key]?.task.cancel()
    generations += 1
    let ticket = Ticket(key: key, generation: generations)
    entries[key] = (generations, Task.detached { await work(ticket) })
  }

  func isCurrent(_ ticket: Ticket) -> Bool { entries[ticket.key]?.generation == ticket.generation }

  /// The work is done.
  func finish(_ ticket: Ticket) {
    if isCurrent(ticket) { entries[ticket.key] = nil }
  }

  func cancel(_ key: Key) {
    entries.removeValue(forKey: key)?.task.cancel()
  }

  /// Cancels everything; returns the tasks, to be waited for.
  func cancelAll() -> [Task<Void, Never>] {
    let tasks = entries.values.map(\.task)
    entries.removeAll()
    for task in tasks { task.cancel() }
    return tasks
  }

  /// True while reads of the store run.
  var isLoading: Bool {
    entries.keys.contains { if case .load = $0 { true } else { false } }
  }
}
