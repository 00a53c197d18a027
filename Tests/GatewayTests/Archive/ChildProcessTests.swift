import Foundation
import TestSupport
import Testing

@Suite struct ChildProcessTests {
  @Test func outputInputAndStatus() async throws {
    let child = try await ChildProcess.run(
      "sh", ["-c", "cat; echo $FOO >&2; pwd; exit 3"], environment: ["FOO": "bar"],
      in: URL(fileURLWithPath: "/usr"), input: Data("hello\n".utf8))
    #expect(child.exitStatus == 3)
    #expect(child.output == "hello\n/usr\n")
    #expect(child.errors == "bar\n")
  }

  @Test func linesAndSignals() async throws {
    let child = try await ChildProcess.start("sh", ["-c", "echo ready; exec sleep 100"])
    #expect(try await child.line(containing: "read") == "ready")
    child.send(9)
    #expect(try await child.exit() == 128 + 9)
    await #expect(throws: ChildProcessError.self) {
      try await ChildProcess.start("/does/not/exist")
    }
  }

  @Test(.enabled(if: OrthancServer.isInstalled, "needs orthanc and orthanc-dicomweb"))
  func orthancStartsStopsAndGoesOn() async throws {
    let orthanc = try await OrthancServer.start(user: "a", password: "b")
    defer { orthanc.kill() }
    #expect(try await orthanc.instances() == [])
    #expect(try await RawHTTP.send("GET", "/system", to: orthanc.port).status == 401)
    orthanc.freeze()
    await #expect(throws: RawHTTPError.silent) {
      try await RawHTTP.send("GET", "/system", to: orthanc.port, within: .seconds(1))
    }
    orthanc.thaw()
    await orthanc.stop()
    #expect(orthanc.process.exitStatus == 0)
  }
}
