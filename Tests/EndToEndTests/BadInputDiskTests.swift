import Foundation
import Glibc
import TestSupport
import Testing

/// Full disks at both ends: said in words, nothing lost, and on it goes when there is room.
@Suite(
  .serialized,
  .enabled(if: ClientWorkplace.isBuilt, "needs radrelay and radrelay-gateway beside the tests"),
  .enabled(if: SmallDisk.canMount, "needs the right to mount a tmpfs"))
struct BadInputDiskTests {
  @Test(.timeLimit(.minutes(20)))
  func theDiskOfTheStoreIsFull() async throws {
    let workplace = try ClientWorkplace()
    try FileManager.default.createDirectory(
      at: workplace.home, withIntermediateDirectories: true)
    let disk = try await SmallDisk.mount(at: workplace.home, megabytes: 24)
    defer { disk.unmount() }
    try await GatewayProcess.addUser("anna", data: workplace.data)
    let gateway = try await GatewayProcess.start(data: workplace.data)
    defer { gateway.process.send(9) }
    try await workplace.logIn(at: gateway)
    let folder = try workplace.makeFolder("studies")
    let study = try SyntheticStudy(files: 40, rows: 16)
    for file in study.files {
      try file.bytes.write(to: folder.appendingPathComponent("\(file.id).dcm"))
    }
    let ballast = workplace.home.appendingPathComponent("ballast")
    try fill(ballast)
    let full = try await workplace.run(["upload", folder.path, "--wait", "--json"])
    #expect(full.exitStatus == 75, "\(full.exitStatus ?? -1): \(full.errors)")
    #expect(full.errors.contains(workplace.home.path), "\(full.errors)")
    #expect(full.errors.contains("room"), "\(full.errors)")
    try FileManager.default.removeItem(at: ballast)
    let before = try await workplace.queue()
    #expect(before.isEmpty, "half a handover")
    let upload = try await workplace.run(["upload", folder.path, "--wait", "--json"])
    #expect(upload.exitStatus == 0, "\(upload.errors)")
    #expect(try ClientUpload.lines(upload.output).first?.instancesVerified == 40)
  }

  /// Writes until there is no room at all.
  private func fill(_ file: URL) throws {
    let descriptor = open(file.path, O_WRONLY | O_CREAT, 0o600)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    for size in [1 << 16, 512] {
      let bytes = [UInt8](repeating: 1, count: size)
      while write(descriptor, bytes, size) > 0 {}
    }
  }

  @Test(.timeLimit(.minutes(20)))
  func theDiskOfTheGatewayIsFull() async throws {
    let workplace = try ClientWorkplace()
    // Smaller than what the gateway keeps free for itself.
    let disk = try await SmallDisk.mount(at: workplace.data, megabytes: 128)
    defer { disk.unmount() }
    try await GatewayProcess.addUser("anna", data: workplace.data)
    let gateway = try await GatewayProcess.start(data: workplace.data)
    defer { gateway.process.send(9) }
    try await workplace.logIn(at: gateway)
    let folder = try workplace.makeFolder("studies")
    let study = try SyntheticStudy(files: 3, rows: 64)
    for file in study.files {
      try file.bytes.write(to: folder.appendingPathComponent("\(file.id).dcm"))
    }
    let waiting = try await workplace.start(["upload", folder.path, "--wait", "--json"])
    let upload = try await Wait.value("reason", within: .seconds(120)) {
      try await workplace.queue().first { !$0.reason.isEmpty }
    }
    #expect(upload.reason.contains("disk is full"), "\(upload.reason)")
    #expect(["queued", "sending"].contains(upload.state))
    #expect(waiting.exitStatus == nil, "it waits")
    try await disk.grow(megabytes: 1_024)
    // By itself: the gateway asked for a minute.
    #expect(try await waiting.exit(within: .seconds(180)) == 0, "\(waiting.errors)")
    let row = try #require(try ClientUpload.lines(waiting.output).first)
    #expect(row.isProven && row.instancesVerified == 3 && row.reason.isEmpty)
  }
}

/// A file system in memory of a few megabytes.
struct SmallDisk: Sendable {
  let folder: URL

  /// Whether this process may mount; tried once.
  static let canMount: Bool = {
    guard geteuid() == 0 else { return false }
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("radrelay-mount-\(UUID().uuidString)")
    try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    guard run("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", folder.path]) else { return false }
    return run("umount", [folder.path])
  }()

  static func mount(at folder: URL, megabytes: Int) async throws -> SmallDisk {
    let child = try await ChildProcess.run(
      "mount", ["-t", "tmpfs", "-o", "size=\(megabytes)m,mode=0700", "tmpfs", folder.path])
    try #require(child.exitStatus == 0, "\(child.errors)")
    return SmallDisk(folder: folder)
  }

  func grow(megabytes: Int) async throws {
    let child = try await ChildProcess.run(
      "mount", ["-o", "remount,size=\(megabytes)m", folder.path])
    try #require(child.exitStatus == 0, "\(child.errors)")
  }

  /// At once, although a process may still work there.
  func unmount() { _ = Self.run("umount", ["-l", folder.path]) }

  private static func run(_ program: String, _ arguments: [String]) -> Bool {
    guard let path = ChildProcess.find(program) else { return false }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }
}
