import DICOM
import Domain
import Foundation
import Store
import Wire

/// Asks the gateway which images of the caller's facility it has.
actor EarlierLookup {
  /// Seconds that a gateway has for all answers: nobody waits for long for what only saves work.
  static let patience: TimeInterval = 10
  /// Seconds in which a gateway that could not be asked is not asked again by programs that hand
  /// over one study after the other.
  static let pause: TimeInterval = 30

  private let keeper: LoginKeeper
  private let kinds: GatewayKinds
  private var failure: (words: String, at: ContinuousClock.Instant)?

  init(keeper: LoginKeeper, kinds: GatewayKinds) {
    self.keeper = keeper
    self.kinds = kinds
  }

  /// - Parameter sparing: a gateway that could not be asked a moment ago is not asked again.
  /// - Returns: what the gateway knows by SOP Instance UID, and who was asked.
  func ask(_ instances: Set<String>, sparing: Bool) async -> (
    known: [String: KnownInstancesAnswer.Instance], source: EarlierSending.Source
  ) {
    if sparing, let failure, failure.at.duration(to: .now) < .seconds(Self.pause) {
      return ([:], .notAsked(failure.words))
    }
    do {
      let known = try await answers(instances)
      failure = nil
      return (known ?? [:], known == nil ? .storeOnly : .gateway)
    } catch {
      let words = Self.words(error)
      failure = (words, .now)
      return ([:], .notAsked(words))
    }
  }

  /// Nil when the gateway has no such question.
  private func answers(_ instances: Set<String>) async throws
    -> [String: KnownInstancesAnswer.Instance]?
  {
    // One that is no UID would have the whole question refused.
    let wanted = instances.filter { UID.isUsable($0) }.sorted()
    return try await withThrowingTaskGroup(
      of: [String: KnownInstancesAnswer.Instance]?.self
    ) { group in
      group.addTask { [keeper, kinds] in
        let login = try await keeper.current()
        guard let limit = try await kinds.kind(of: login.link).sopLookup else { return nil }
        var known: [String: KnownInstancesAnswer.Instance] = [:]
        for start in stride(from: 0, to: wanted.count, by: limit) {
          let some = Array(wanted[start..<min(start + limit, wanted.count)])
          let found = try await keeper.authorised { link, access in
            try await link.known(some, access: access)
          }
          for instance in found { known[instance.sopInstanceUID] = instance }
        }
        return known
      }
      group.addTask {
        try await Task.sleep(for: .seconds(Self.patience))
        throw LinkError.timedOut
      }
      defer { group.cancelAll() }
      // There are two, so there is a first.
      return try await group.next() ?? nil
    }
  }

  private static func words(_ error: any Error) -> String {
    switch error {
    case SyncError.loggedOut: "nobody is logged in"
    case SyncError.loginExpired: "the login has ended"
    case LinkError.noConnection, LinkError.unreachable: "it is not reached"
    case LinkError.timedOut: "it did not answer in time"
    default: "\(error)"
    }
  }
}
