import DICOM
import Demonstration
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Intake

/// dcmtk's storescu sends, we receive.
@Suite(
  .enabled(
    if: ChildProcess.find("storescp") != nil && ChildProcess.find("storescu") != nil,
    "needs dcmtk"))
struct StorageReceiverTests {
  private final class Events: Sendable {
    private let state = Mutex<[StorageReceiver.Event]>([])
    var all: [StorageReceiver.Event] { state.withLock { $0 } }
    func add(_ event: StorageReceiver.Event) { state.withLock { $0.append(event) } }
    var port: UInt16? {
      all.compactMap { if case .listening(_, let port, _) = $0 { port } else { nil } }.first
    }
  }

  private let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("radrelay-receive-" + UUID().uuidString)
  private let events = Events()

  /// Runs a receiver on a free port beside `body`.
  private func receiving(
    _ options: ReceiverOptions = ReceiverOptions(port: 0),
    _ body: (_ port: UInt16, _ incoming: String) async throws -> Void
  ) async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let incoming = folder.path + "/incoming"
    let receiver = try StorageReceiver(
      options: options, folder: incoming, tell: { [events] in events.add($0) })
    let running = Task { try await receiver.run() }
    let port = try await Wait.value("the port", within: .seconds(120)) { events.port }
    do {
      try await body(port, incoming)
    } catch {
      running.cancel()
      _ = try? await running.value
      throw error
    }
    running.cancel()
    try await running.value
  }

  private func send(_ files: [String], to port: UInt16) async throws -> Int32 {
    let sender = try await ChildProcess.start(
      #require(ChildProcess.find("storescu")), ["127.0.0.1", String(port)] + files)
    return try await sender.exit(within: .seconds(120))
  }

  private func received(_ incoming: String) throws -> [String] {
    (FileManager.default.enumerator(atPath: incoming)?.allObjects as? [String] ?? [])
      .map { incoming + "/" + $0 }
      .filter {
        (try? FileManager.default.attributesOfItem(atPath: $0)[.type] as? FileAttributeType)
          == .typeRegular
      }
  }

  @Test func imagesArriveAsTheyWereSent() async throws {
    let written = try DemoStudies.write(
      to: folder.appendingPathComponent("sent"), studies: Array(DemoStudy.all.prefix(2)), size: 32)
    let files = written.flatMap(\.files).map(\.path)
    try await receiving { port, incoming in
      async let first = send(written[0].files.map(\.path), to: port)
      async let second = send(written[1].files.map(\.path), to: port)
      #expect(try await (first, second) == (0, 0))
      try await Wait.until("the ends of both", within: .seconds(120)) {
        events.all.count { if case .ended = $0 { true } else { false } } == 2
      }
      func instances(_ paths: [String]) throws -> [String] {
        try paths.map { path in
          let instance = try ScannedInstance.read(path: path)
          return instance.sopInstanceUID + " " + instance.studyInstanceUID
        }.sorted()
      }
      #expect(try instances(received(incoming)) == instances(files))
      let mode = try FileManager.default.attributesOfItem(atPath: incoming)[.posixPermissions]
      #expect(mode as? Int == 0o700)
    }
    let counts = events.all.compactMap { event -> Int? in
      if case .ended("127.0.0.1", let files) = event { return files }
      return nil
    }
    #expect(counts.sorted() == written.map(\.files.count).sorted())
  }

  @Test func whoIsNotAllowedNeverSpeaksToIt() async throws {
    let written = try DemoStudies.write(
      to: folder.appendingPathComponent("sent"), studies: Array(DemoStudy.all.prefix(1)), size: 32)
    var options = ReceiverOptions(port: 0)
    options.allowed = ["192.0.2.1"]
    try await receiving(options) { port, incoming in
      #expect(try await send(written[0].files.map(\.path), to: port) != 0)
      #expect(try received(incoming).isEmpty)
      try await Wait.until("the refusal", within: .seconds(120)) {
        events.all.contains { event in
          if case .turnedAway("127.0.0.1", _) = event { return true }
          return false
        }
      }
    }
  }

  @Test func thePortIsFreeAgainWhenItIsStopped() async throws {
    var port: UInt16 = 0
    try await receiving { number, _ in port = number }
    let socket = try ListeningSocket(address: "127.0.0.1", port: port)
    close(socket.descriptor)
  }

  @Test func whatIsMissingOrTakenIsSaid() async throws {
    #expect(throws: IntakeError.missingProgram("storescp", package: "dcmtk")) {
      try StorageReceiver(
        options: ReceiverOptions(), folder: "/nowhere", searchPath: "/nowhere", tell: { _ in })
    }
    let socket = try ListeningSocket(address: "127.0.0.1", port: 0)
    defer { close(socket.descriptor) }
    #expect(throws: IntakeError.self) {
      try ListeningSocket(address: "127.0.0.1", port: socket.port)
    }
    #expect(throws: IntakeError.self) { try ListeningSocket(address: "here", port: 0) }
    var options = ReceiverOptions(title: "SEVENTEEN LETTERS")
    #expect(options.problem != nil)
    options.title = "RADRELAY"
    #expect(options.problem == nil)
  }
}
