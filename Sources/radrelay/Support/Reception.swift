import Domain
import Foundation
import Intake
import Store

/// Receives from modalities into the queue: what arrives is copied into the spool, queued, and then
/// removed from where it arrived. A process that dies in between leaves the images there; the next
/// one takes them, and none twice.
struct Reception: Sendable {
  private let receiver: StorageReceiver
  private let intake: FolderIntake

  static func make(
    _ options: ReceiverOptions, arguments: IntakeArguments, store: Store,
    tell: @escaping @Sendable (String) -> Void
  ) async throws -> Reception {
    let folder = store.home.data + "/incoming"
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let receiver: StorageReceiver
    do {
      receiver = try StorageReceiver(
        options: options, folder: folder, tell: { tell(Self.words($0)) })
    } catch let error as IntakeError {
      throw CommandFailure("\(error)", .failure)
    }
    return Reception(
      receiver: receiver,
      intake: try await arguments.intake(of: folder, isOurs: true, store: store, tell: tell))
  }

  /// Until cancelled.
  func run() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await receiver.run() }
      group.addTask { try await intake.run() }
      // The first that ends, ends both.
      defer { group.cancelAll() }
      try await group.next()
    }
  }

  private static func words(_ event: StorageReceiver.Event) -> String {
    switch event {
    case .listening(let address, let port, let title):
      "receiving as \(title) at \(address) port \(port)"
    case .began(let peer): "association from \(peer)"
    case .ended(let peer, let files): "\(files) images from \(peer)"
    case .turnedAway(let peer, let reason): "\(peer) was turned away: \(reason)"
    case .broken(let peer, let reason): "association from \(peer) broke off: \(reason)"
    case .trouble(let text): text
    }
  }
}
