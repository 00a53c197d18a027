import Foundation
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import Synchronization
public import Wire

/// A gateway for tests with the RelayPACS contract, in memory, whose faults are switched on one
/// by one. It knows the truth about what its "PACS" has: ``pacs``.
public final class FaultGateway: Sendable {
  /// `http://127.0.0.1:PORT`.
  public let origin: String
  let desk: FaultDesk
  private let server: Task<Void, any Error>

  /// Starts a gateway on a free port.
  /// - Parameter extensions: announce ours through `capabilities`; without them it is a plain
  ///   RelayPACS.
  public init(extensions: Bool, chunkSize: Int = 1024) async throws {
    let desk = FaultDesk(extensions: extensions, chunkSize: chunkSize)
    self.desk = desk
    let (ports, found) = AsyncStream<Int>.makeStream()
    var logger = Logger(label: "fault-gateway")
    logger.logLevel = .critical
    let application = Application(
      responder: CallbackResponder { (request: Request, _: BasicRequestContext) in
        try await FaultResponder(desk: desk).respond(to: request)
      },
      configuration: .init(address: .hostname("127.0.0.1", port: 0)),
      onServerRunning: { channel in
        found.yield(channel.localAddress?.port ?? 0)
        found.finish()
      },
      logger: logger)
    server = Task { try await application.run() }
    var port = 0
    for await found in ports { port = found }
    origin = "http://127.0.0.1:\(port)"
  }

  /// Stops listening and breaks all connections.
  public func stop() async {
    server.cancel()
    _ = await server.result
  }

  deinit { server.cancel() }

  /// Switches a fault on for its next chances.
  public func arm(_ fault: Fault, times: Int = 1) {
    desk.state.withLock { $0.armed[fault] = times }
  }

  /// Switches all faults off.
  public func disarm() { desk.state.withLock { $0.armed = [:] } }

  /// How often the fault has happened.
  public func happened(_ fault: Fault) -> Int { desk.state.withLock { $0.happened[fault] ?? 0 } }

  /// SHA-256 (hexadecimal) of everything that the PACS has.
  public var pacs: Set<String> { desk.state.withLock { $0.pacs } }

  /// Requests so far, by method and route, for example `PUT chunk`.
  public func requests(_ route: String) -> Int { desk.state.withLock { $0.requests[route] ?? 0 } }

  /// Bytes of chunk bodies so far, repeated ones included.
  public var receivedBytes: Int { desk.state.withLock { $0.receivedBytes } }

  /// The order in which chunks came: file ids.
  public var arrivals: [String] { desk.state.withLock { $0.arrivals } }

  /// File ids of chunks that a gateway could take for another path than it should.
  public var oddNames: [String] { desk.state.withLock { $0.oddNames } }

  /// Runs after each chunk that arrived, with the number of chunks so far.
  public func onChunk(_ action: (@Sendable (Int) -> Void)?) {
    desk.state.withLock { $0.onChunk = action }
  }

  /// Sets a report's status and text and tells the stream.
  /// - Parameter versions: newest first, when there is more than one.
  public func finishReport(
    ofUpload upload: String, text: String, versions: [ReportVersionMessage] = []
  ) {
    desk.finishReport(ofUpload: upload, text: text, versions: versions)
  }

  /// Puts a study there as if somebody else had sent it.
  public func rememberStranger(name: String, date: String, modality: String) {
    desk.state.withLock { $0.duplicates["\(name)|\(date)|\(modality)"] = "stranger-1" }
  }

  /// Lets the gateway know images as if somebody of the facility had sent them.
  public func know(_ instances: [KnownInstancesAnswer.Instance]) {
    desk.state.withLock { $0.known += instances }
  }

  /// What `init` was asked with, in the order of the sessions that exist.
  public var inits: [InitRequest] {
    desk.state.withLock { state in
      state.sessions.sorted { $0.key.localizedStandardCompare($1.key) == .orderedAscending }
        .map(\.value.request)
    }
  }

  /// Who opened sessions, sorted.
  public var sessionOwners: [String] {
    desk.state.withLock { $0.sessions.values.map(\.user).sorted() }
  }

  /// The session ids that exist now.
  public var sessions: [String] { desk.state.withLock { Array($0.sessions.keys) } }

  /// Sends raw bytes to every open event stream.
  public func sendEvent(_ text: String) { desk.send(text) }

  /// Open event streams, and the `Last-Event-ID` of each that was ever opened.
  public var streams: Int { desk.state.withLock { $0.streams.count } }
  public var lastEventIDs: [String?] { desk.state.withLock { $0.lastEventIDs } }
}
