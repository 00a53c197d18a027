import Foundation
import TestSupport
import Testing

/// Somebody else answers in the gateway's place, or the gateway cannot prove who it is: nothing is
/// sent, it is said in words, and it goes on by itself when that is mended.
@Suite(
  "Who answers is not the gateway", .serialized, .timeLimit(.minutes(20)),
  .enabled(if: ClientWorkplace.isBuilt, "needs radrelay and radrelay-gateway beside the tests"))
struct WrongAnswererTests {
  /// A private mount of the list of authorities that this machine trusts: needs root.
  static let canTrust =
    getuid() == 0
    && ["unshare", "mount", "openssl", "python3"].allSatisfy {
      ChildProcess.find($0) != nil
    }
  private static let bundle = "/etc/ssl/certs/ca-certificates.crt"

  private struct Trouble {
    var kind: MiddleBox.Kind
    var words: [String]
  }

  @Test(.enabled(if: canTrust, "needs root, unshare, openssl and python3"))
  func aCertificateThatProvesNothing() async throws {
    let workplace = try ClientWorkplace()
    let own = try await TestAuthority(in: workplace.folder.url.appendingPathComponent("own"))
    let other = try await TestAuthority(in: workplace.folder.url.appendingPathComponent("other"))
    let good = try await own.certificate("good", host: "localhost")
    let expired = try await own.certificate("expired", host: "localhost", isExpired: true)
    let foreign = try await own.certificate("foreign", host: "elsewhere.example")
    let unknown = try await other.certificate("unknown", host: "localhost")
    try await check(
      workplace, address: "https://localhost", good: good.kind, trusting: own.file,
      [
        Trouble(kind: expired.kind, words: ["has expired", "this machine's date"]),
        Trouble(kind: foreign.kind, words: ["for another name", "compare it"]),
        Trouble(kind: unknown.kind, words: ["nobody whom this machine trusts"]),
      ])
  }

  @Test func aNetworkThatWantsALogin() async throws {
    let words = ["may want a login first", "open any page in a browser"]
    try await check(
      try ClientWorkplace(), address: "http://127.0.0.1", good: .open, trusting: nil,
      [
        Trouble(kind: .answers(MiddleBox.loginPage), words: words),
        Trouble(kind: .answers(MiddleBox.loginRedirect), words: words),
        Trouble(kind: .answers(MiddleBox.loginRequired), words: words),
      ])
  }

  private func check(
    _ workplace: ClientWorkplace, address: String, good: MiddleBox.Kind,
    trusting authority: String?,
    _ troubles: [Trouble]
  ) async throws {
    try await GatewayProcess.addUser("anna", data: workplace.data)
    let gateway = try await GatewayProcess.start(data: workplace.data)
    defer { gateway.process.send(9) }
    let port = try FreePort.next()
    var box = try await MiddleBox.start(good, on: port, to: gateway.port)
    func run(_ arguments: [String], input: String = "") async throws -> ChildProcess {
      let child = try await start(arguments, input: input, workplace, authority)
      _ = try await child.exit()
      return child
    }
    let login = ["login", "\(address):\(port)", "--user", "anna", "--password-stdin"]
    let first = try await run(login, input: GatewayProcess.password + "\n")
    try #require(first.exitStatus == 0, "\(first.errors)")
    await box.stop()

    let study = try SyntheticStudy(files: 3, rows: 64)
    let folder = try workplace.makeFolder("study")
    for file in study.files {
      try file.bytes.write(to: folder.appendingPathComponent("\(file.id).dcm"))
    }
    let queued = try await workplace.run(["upload", folder.path])
    try #require(queued.exitStatus == 0, "\(queued.errors)")
    for trouble in troubles {
      box = try await MiddleBox.start(trouble.kind, on: port, to: gateway.port)
      // What a person sees who looks: "to be tried again", with the reason.
      let sync = try await run(["sync"])
      #expect(sync.exitStatus == 4, "\(sync.exitStatus ?? -1) \(sync.errors)")
      for words in trouble.words {
        #expect(sync.errors.contains(words), "\(sync.errors)")
      }
      #expect(try await workplace.queue().map(\.state) == ["queued"])
      #expect(try await workplace.queue().map(\.bytesSent) == [0])
      await box.stop()
    }
    // It goes on by itself: the agent meets the first trouble, and then the gateway.
    box = try await MiddleBox.start(troubles[0].kind, on: port, to: gateway.port)
    let agent = try await start(["agent"], input: "", workplace, authority)
    defer { agent.send(9) }
    try await Wait.until("the reason in the queue") {
      let reason = try await workplace.queue().first?.reason ?? ""
      return troubles[0].words.allSatisfy { reason.contains($0) }
    }
    await box.stop()
    box = try await MiddleBox.start(good, on: port, to: gateway.port)
    try await Wait.until("the study has arrived") { try await workplace.queue()[0].isProven }
    let upload = try await workplace.queue()[0]
    #expect(upload.bytesSent == upload.bytes && upload.bytesSentAgain == 0)
    agent.send(SIGTERM)
    #expect(try await agent.exit() == 0)
    await box.stop()
  }

  /// The real program, with one authority more than this machine trusts.
  private func start(
    _ arguments: [String], input: String, _ workplace: ClientWorkplace, _ authority: String?
  ) async throws -> ChildProcess {
    guard let authority else {
      return try await workplace.start(arguments, input: Data(input.utf8))
    }
    return try await ChildProcess.start(
      "unshare",
      [
        "-m", "bash", "-c", "mount --bind \"$0\" \(Self.bundle) && exec \"$@\"", authority,
        ClientWorkplace.program,
      ] + arguments, environment: workplace.environment, input: Data(input.utf8))
  }
}
