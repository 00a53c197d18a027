import Foundation
import TestSupport

/// One day of a workstation and its gateway, by the real programs, with everything that they did to
/// their disks and said to others.
struct PowerRecording {
  static let library = GatewayProcess.products.appendingPathComponent("libpower-log.so").path
  static let isPossible =
    ClientWorkplace.isBuilt && FileManager.default.fileExists(atPath: library)

  let workplace: ClientWorkplace
  let root: String
  let port: Int
  let studies: [SyntheticStudy]
  let log: PowerLog

  /// Five studies: small files, files of several chunks, one out of an archive, whose only copies
  /// that anybody answers for lie in the spool, and one that is sent while the gateway ends and starts
  /// again.
  static func make() async throws -> PowerRecording {
    var workplace = try ClientWorkplace()
    let root = workplace.folder.url.resolvingSymlinksInPath().path
    let log = workplace.folder.url.appendingPathComponent("power.log")
    let recorded = [
      "LD_PRELOAD": library, "RADRELAY_POWER_LOG": log.path, "RADRELAY_POWER_ROOT": root,
    ]
    workplace.variables = recorded
    // The gateway makes its own folder.
    try FileManager.default.removeItem(at: workplace.data)
    try await GatewayProcess.addUser("anna", data: workplace.data, environment: recorded)
    let port = try FreePort.next()
    let speaking = recorded.merging(["RADRELAY_POWER_SENT": "1"]) { $1 }
    var gateway = try await GatewayProcess.start(
      data: workplace.data, port: port, environment: speaking)
    defer { gateway.process.send(9) }
    try await workplace.logIn(port: port)
    let studies = [
      try SyntheticStudy(files: 5, rows: 64, seed: 1),
      try SyntheticStudy(files: 4, rows: 128, seed: 2),
      try SyntheticStudy(files: 1, rows: 800, seed: 3),
      try SyntheticStudy(files: 6, rows: 64, seed: 5),
      try SyntheticStudy(files: 12, rows: 64, seed: 4),
    ]
    for (number, study) in studies.enumerated() {
      let folder = try workplace.makeFolder("study-\(number)")
      for file in study.files {
        try file.bytes.write(to: folder.appendingPathComponent("\(file.id).dcm"))
      }
      if number == 4 { break }
      var source = folder.path
      if number == 3 {
        source += ".zip"
        let packed = try await ChildProcess.run(
          "python3", ["-m", "zipfile", "-c", source, folder.path])
        try FileManager.default.removeItem(at: folder)
        guard packed.exitStatus == 0 else {
          throw ChildProcessError.ended("zipfile", packed.exitStatus ?? -1, packed.errors)
        }
      }
      let queued = try await workplace.run(["upload", "--json", source])
      guard queued.exitStatus == 0 else {
        throw ChildProcessError.ended("upload", queued.exitStatus ?? -1, queued.errors)
      }
      if number == 1 { _ = try await workplace.run(["sync"]) }
    }
    let last = try await workplace.start([
      "upload", "--wait", "--json", workplace.folder.url.appendingPathComponent("study-4").path,
    ])
    _ = try await last.exit()
    await gateway.process.stop()
    gateway = try await GatewayProcess.start(
      data: workplace.data, port: port, environment: speaking)
    let rest = try await workplace.run(["sync"])
    guard rest.exitStatus == 0 else {
      throw ChildProcessError.ended("sync", rest.exitStatus ?? -1, rest.errors)
    }
    await gateway.process.stop()
    workplace.variables = [:]
    return PowerRecording(
      workplace: workplace, root: root, port: port, studies: studies, log: try PowerLog(log))
  }

  /// Whether a path is the workstation's or the gateway's.
  func isOurs(_ path: String) -> Bool {
    ["workstation", "gateway"].contains {
      path == "\(root)/\($0)" || path.hasPrefix("\(root)/\($0)/")
    }
  }
}

/// What the programs had promised to somebody at a moment of a ``PowerLog``.
struct PowerPromises {
  struct Chunk: Hashable {
    var upload: String
    var file: String
    var index: Int
    var sha256: String
  }

  /// Uploads that the client said were queued, with their instances.
  private(set) var queued: [String: Int] = [:]
  private(set) var chunks: Set<Chunk> = []
  /// SOP instances that the gateway said its PACS has, with their digests.
  private(set) var committed: [String: String] = [:]

  mutating func hear(_ record: PowerLog.Record) {
    switch record.kind {
    case .said:
      for line in record.second.split(separator: "\n") {
        if let row = try? ClientWorkplace.decoder.decode(ClientUpload.self, from: Data(line.utf8)) {
          queued[row.uploadId] = row.instances
        }
      }
    case .sent: hearAnswer(record.second)
    default: break
    }
  }

  private mutating func hearAnswer(_ text: String) {
    guard let start = text.range(of: "\r\n\r\n")?.upperBound ?? text.firstIndex(of: "{"),
      let object = try? JSONSerialization.jsonObject(with: Data(text[start...].utf8))
        as? [String: Any]
    else { return }
    let upload = object["upload_id"] as? String ?? ""
    for answer in [object] + (object["chunks"] as? [[String: Any]] ?? []) {
      guard let file = answer["file_id"] as? String, let index = answer["chunk_index"] as? Int,
        let sha256 = answer["sha256"] as? String,
        ["received", "exists"].contains(answer["status"] as? String ?? "")
      else { continue }
      let isPiece = (answer["chunk_complete"] as? Bool) != nil
      guard !isPiece else { continue }
      chunks.insert(
        Chunk(
          upload: answer["upload_id"] as? String ?? upload, file: file, index: index,
          sha256: sha256))
    }
    for instance in object["instances"] as? [[String: Any]] ?? [] {
      guard ["verified", "committed"].contains(instance["state"] as? String ?? ""),
        let uid = instance["sop_instance_uid"] as? String,
        let sha256 = instance["sha256"] as? String
      else { continue }
      committed[uid] = sha256
    }
  }
}
