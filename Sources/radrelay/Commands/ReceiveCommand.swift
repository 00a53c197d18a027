import ArgumentParser
import Foundation
import Intake

/// `radrelay receive`: takes studies from modalities on the local network.
struct ReceiveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "receive", abstract: "Receive studies from modalities (C-STORE) into the queue.",
    discussion: """
      Listens as a DICOM storage provider with dcmtk's storescp, one process for each association, \
      until stopped. By default only this machine reaches it; --bind 0.0.0.0 opens it to the local \
      network, --allow names who may send. DICOM itself asks nobody for a password: open it only \
      where the network is yours. An image is on the disk before the modality is told so; a study \
      is queued when nothing came for it for --quiet seconds.
      """)

  @OptionGroup var home: HomeOptions
  @OptionGroup var arguments: IntakeArguments
  @OptionGroup var receiver: ReceiverArguments

  func run() async throws {
    let store = try home.open()
    let service = try await Reception.make(
      receiver.options, arguments: arguments, store: store, tell: { Output.note($0) })
    try await Service.untilStopped { try await service.run() }
  }
}

/// How modalities reach us.
struct ReceiverArguments: ParsableArguments {
  @Option(help: "TCP port; 0 takes a free one.") var port: UInt16 = 11112
  @Option(help: "Numeric address to listen at.") var bind = "127.0.0.1"
  @Option(help: "Our application entity title.") var aet = "RADRELAY"
  @Option(help: "An address that may send; may be given several times (default: all).")
  var allow: [String] = []

  func validate() throws {
    if let problem = options.problem { throw ValidationError(problem) }
  }

  var options: ReceiverOptions {
    ReceiverOptions(address: bind, port: port, title: aet, allowed: allow)
  }
}
