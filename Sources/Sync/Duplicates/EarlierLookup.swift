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

  /// What the gateway knows.
  struct Answer: Sendable {
    var known: [String: KnownInstancesAnswer.Instance] = [:]
    /// When another study that looks like it was sent, by the place of the study.
    var similar: [Int: Date] = [:]
    var source = EarlierSending.Source.gateway
  }

  /// - Parameters:
  ///   - studies: to find others with the same name, date and modality.
  ///   - sparing: a gateway that could not be asked a moment ago is not asked again.
  func ask(_ instances: Set<String>, _ studies: [StudySummary], sparing: Bool) async -> Answer {
    if sparing, let failure, failure.at.duration(to: .now) < .seconds(Self.pause) {
      return Answer(source: .notAsked(failure.words))
    }
    do {
      let answer = try await answers(instances, studies)
      failure = nil
      return answer
    } catch {
      let words = Self.words(error)
      failure = (words, .now)
      return Answer(source: .notAsked(words))
    }
  }

  private func answers(_ instances: Set<String>, _ studies: [StudySummary]) async throws -> Answer {
    // One that is no UID would have the whole question refused.
    let wanted = instances.filter { UID.isUsable($0) }.sorted()
    let lookalikes = studies.map {
      // As `init` tells them.
      KnownInstancesRequest.Study(
        studyInstanceUID: $0.studyInstanceUID, patientName: $0.patientName,
        studyDate: $0.studyDate, modality: $0.modality.isEmpty ? "OT" : $0.modality)
    }
    return try await withThrowingTaskGroup(of: Answer.self) { group in
      group.addTask { [keeper, kinds] in
        let login = try await keeper.current()
        let kind = try await kinds.kind(of: login.link)
        guard let limit = kind.sopLookup else { return Answer(source: .storeOnly) }
        var answer = Answer()
        var (image, study) = (0, 0)
        while image < wanted.count || (study < lookalikes.count && kind.studyLookup > 0) {
          let images = Array(wanted[image..<min(image + limit, wanted.count)])
          let some = Array(lookalikes[study..<min(study + kind.studyLookup, lookalikes.count)])
          let said = try await keeper.authorised { link, access in
            try await link.known(
              KnownInstancesRequest(sopInstanceUIDs: images, studies: some.isEmpty ? nil : some),
              access: access)
          }
          for instance in said.known { answer.known[instance.sopInstanceUID] = instance }
          for similar in said.similar ?? [] {
            answer.similar[study + similar.study] = similar.at.date
          }
          (image, study) = (image + images.count, study + some.count)
        }
        return answer
      }
      group.addTask {
        try await Task.sleep(for: .seconds(Self.patience))
        throw LinkError.timedOut
      }
      defer { group.cancelAll() }
      guard let first = try await group.next() else { throw CancellationError() }
      return first
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
