public import Domain
public import Foundation
public import Sync

/// Asks for earlier sendings of studies as they go out: values that a person set make rewritten
/// copies under new identifiers, and what was sent before is looked for under these.
public enum EarlierLook {
  /// As ``Sync/SyncEngine/earlierSendings(of:sparing:)``; known images are named as in the drafts.
  public static func sendings(of drafts: [StudyDraft], by engine: SyncEngine)
    -> AsyncStream<(index: Int, earlier: EarlierSending)>
  {
    guard drafts.contains(where: { !$0.edited.isEmpty }) else {
      return engine.earlierSendings(of: drafts)
    }
    let (stream, continuation) = AsyncStream.makeStream(
      of: (index: Int, earlier: EarlierSending).self)
    let task = Task {
      var outgoing = drafts
      var unread: Set<Int> = []
      for index in drafts.indices {
        do { outgoing[index] = try await RewrittenCopies.edited(drafts[index]) } catch {
          unread.insert(index)
        }
      }
      for await (index, earlier) in engine.earlierSendings(of: outgoing) {
        guard !unread.contains(index) else {
          let why = "a file is gone, or changed after it was read"
          continuation.yield((index, EarlierSending(source: .notAsked(why))))
          continue
        }
        continuation.yield(
          (index, earlier.renamed(from: outgoing[index].files, to: drafts[index].files)))
      }
      continuation.finish()
    }
    continuation.onTermination = { _ in task.cancel() }
    return stream
  }

  /// Outcomes with earlier sendings taken into account.
  /// - Parameter day: how a day is written.
  public static func lookUp(
    _ outcomes: [PlanCheck.Outcome], by engine: SyncEngine, day: (Date) -> String
  ) async -> [PlanCheck.Outcome] {
    let ready = outcomes.indices.filter { outcomes[$0].draft != nil }
    var result = outcomes
    for await (index, earlier) in sendings(of: ready.compactMap { outcomes[$0].draft }, by: engine)
    {
      result[ready[index]] = outcomes[ready[index]].taking(earlier, day: day)
    }
    return result
  }
}
