import ArgumentParser
import Crypto
import DICOM
import Domain
import Foundation
import GatewayClient
import Sync
import Wire

/// `radrelay-bench sessions`: many sessions at the same time on one gateway, over a line that drops
/// connections.
struct SessionsSuite: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sessions",
    abstract: "Many sessions at once into a gateway, chunks of 1 MiB, with dropped connections.")

  @Option(help: "Sessions at the same time.") var sessions = 200
  @Option(help: "Chunks of 1 MiB in each.") var chunks = 8
  @Option(help: "Of 100 requests so many are dropped in their middle.") var drops = 5
  @Option(
    help: "Seconds that a session waits between its chunks, as a line does (0: none waits).")
  var pace = 1.0

  func run() async throws {
    let root = NSTemporaryDirectory() + "radrelay-bench-sessions-\(getpid())"
    defer { try? FileManager.default.removeItem(atPath: root) }
    try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    let gateway = try await LoopbackGateway(folder: root)
    defer { gateway.stop() }
    let link = GatewayClient(
      try GatewayOrigin(gateway.origin), transport: LoopbackGateway.transport)
    let login = LoginRequest(
      username: LoopbackGateway.user, password: LoopbackGateway.password)
    let access = try await link.login(login).accessToken
    let before = gateway.child.cpuSeconds
    var runs: [SessionRun] = []
    for number in 0..<sessions {
      // Another file for each: its head differs, its pixels do not.
      let file = try SessionFile(number, bytes: chunks << 20)
      let answer = try await Self.begin(file, link, access, root, number)
      runs.append(
        SessionRun(
          file: file, answer: answer, origin: gateway.origin, drops: drops, pace: pace,
          seed: UInt64(number)))
    }
    let start = ContinuousClock.now
    let results = await withTaskGroup(of: SessionRun.Outcome.self) { group in
      for run in runs {
        group.addTask {
          await withCheckedContinuation { continuation in
            let thread = Thread { continuation.resume(returning: run.send()) }
            thread.stackSize = 1 << 20
            thread.start()
          }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    let wall = start.duration(to: .now) / .seconds(1)
    let right = try await compare(runs, link, access)
    report(results, wall, right, gateway, before)
  }

  private static func begin(
    _ file: SessionFile, _ link: GatewayClient, _ access: String, _ root: String, _ number: Int
  ) async throws -> InitAnswer {
    let request = InitRequest(
      studyMetadata: StudyMetadata(
        patientName: "Bench^Sessions", studyDate: "20260101", modality: "MR"),
      totalFiles: 1, totalSizeBytes: Int64(file.bytes.count), clientUploadID: "bench-\(number)",
      studyInstanceUID: file.study, chunkSize: 1 << 20,
      files: [
        ManifestFile(
          fileID: "file", size: Int64(file.bytes.count), sha256: file.sha256,
          sopInstanceUID: file.instance)
      ])
    while true {
      do {
        return try await link.initialise(request, access: access)
      } catch LinkError.rateLimited {
        // A gateway takes 120 new sessions a minute from one user.
        try await Task.sleep(for: .seconds(5))
      }
    }
  }

  /// Completes every session, and asks the gateway what it has.
  /// - Returns: the sessions whose file has the digest of what was sent.
  private func compare(_ runs: [SessionRun], _ link: GatewayClient, _ access: String) async throws
    -> Int
  {
    var right = 0
    for run in runs {
      let id = run.answer.uploadID
      _ = try await link.complete(id, uploadToken: run.answer.uploadToken)
      let proof = try await link.proof(of: id, access: access)
      if proof.instances.map(\.sha256) == [run.file.sha256] { right += 1 }
    }
    return right
  }

  private func report(
    _ results: [SessionRun.Outcome], _ wall: Double, _ right: Int, _ gateway: LoopbackGateway,
    _ cpuBefore: Double
  ) {
    let times = results.flatMap(\.chunkSeconds).sorted()
    let sessionTimes = results.map(\.seconds).sorted()
    func part(_ share: Double, _ sorted: [Double]) -> Double {
      sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
    }
    let peak =
      (Machine.text("/proc/\(gateway.child.pid)/status") ?? "").split(separator: "\n")
      .first { $0.hasPrefix("VmHWM:") }?.split(whereSeparator: { !$0.isNumber }).first
      .flatMap { Double($0) }
    let megabytes = Double(sessions * chunks) * 1.048576
    func text(_ value: Double, _ digits: Int = 0) -> String {
      String(format: "%.\(digits)f", value)
    }
    Table.print(
      ["\(sessions) sessions, \(chunks) chunks of 1 MiB each, \(drops) % dropped", ""],
      [
        ["pause between chunks", "\(text(pace, 1)) s"],
        ["dropped by the client, sent again", "\(results.reduce(0) { $0 + $1.drops })"],
        ["failures (answer neither 200 nor 204)", "\(results.reduce(0) { $0 + $1.failures })"],
        ["files with the right SHA-256", "\(right) of \(sessions)"],
        ["MB/s altogether", text(megabytes / wall, 1)],
        [
          "chunk p50, p95, longest",
          "\(text(part(0.5, times) * 1_000)), \(text(part(0.95, times) * 1_000)), "
            + "\(text((times.last ?? 0) * 1_000)) ms",
        ],
        [
          "session: median, slowest",
          "\(text(part(0.5, sessionTimes), 2)), \(text(sessionTimes.last ?? 0, 2)) s",
        ],
        [
          "slowest over median",
          text((sessionTimes.last ?? 0) / max(1e-9, part(0.5, sessionTimes)), 2),
        ],
        ["gateway: peak memory", "\(text((peak ?? 0) / 1_024)) MB"],
        ["gateway: processor", "\(text(gateway.child.cpuSeconds - cpuBefore, 1)) s"],
      ])
  }
}

/// One DICOM file of about the size.
struct SessionFile: Sendable {
  let study: String
  let instance: String
  let bytes: Data
  let sha256: String

  init(_ number: Int, bytes size: Int) throws {
    study = UID.make()
    instance = UID.make()
    var set = DataSet()
    set.useUTF8()
    set.set(.sopClassUID, .ui, "1.2.840.10008.5.1.4.1.1.4")
    set.set(.sopInstanceUID, .ui, instance)
    set.set(.studyInstanceUID, .ui, study)
    set.set(.seriesInstanceUID, .ui, UID.make())
    set.set(.patientName, .pn, "Bench^Sessions")
    set.set(.studyDate, .da, "20260101")
    set.set(.modality, .cs, "MR")
    set.set(
      .pixelData, .ow,
      bytes: [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: size - 2_048))
    bytes = Data(try DICOMWriter.part10(set))
    sha256 = SHA256.hash(data: bytes).map { String(format: "%02x", $0) }.joined()
  }
}

/// Sends one session's chunks over one kept connection, which drops now and then.
struct SessionRun: Sendable {
  struct Outcome: Sendable {
    var seconds = 0.0
    var chunkSeconds: [Double] = []
    var drops = 0
    var failures = 0
  }

  let file: SessionFile
  let answer: InitAnswer
  let origin: String
  let drops: Int
  let pace: Double
  let seed: UInt64

  func send() -> Outcome {
    var outcome = Outcome()
    var random = SplitMix(state: seed)
    var line: SessionLine?
    let begin = Measure.now().wall
    var waited = 0.0
    for (index, start) in stride(from: 0, to: file.bytes.count, by: 1 << 20).enumerated() {
      let chunk = file.bytes[start..<min(file.bytes.count, start + 1 << 20)]
      if pace > 0 {
        // Not all at the same moment.
        let pause = pace * (0.5 + Double(random.next() % 1_000) / 1_000)
        usleep(UInt32(pause * 1e6))
        waited += pause
      }
      var tries = 0
      while tries < 20 {
        tries += 1
        let isDropped = tries == 1 && Int(random.next() % 100) < drops
        let cut = isDropped ? Int(random.next() % UInt64(chunk.count)) : nil
        let asked = Measure.now().wall
        if line == nil { line = SessionLine(origin) }
        let status = line?.put(head(index, chunk.count), chunk, cutAfter: cut)
        if isDropped {
          outcome.drops += 1
          line = nil
          continue
        }
        guard let status, [200, 204].contains(status) else {
          outcome.failures += 1
          line = nil
          continue
        }
        outcome.chunkSeconds.append(Measure.now().wall - asked)
        break
      }
    }
    outcome.seconds = Measure.now().wall - begin - waited
    return outcome
  }

  private func head(_ index: Int, _ size: Int) -> String {
    "PUT \(Routes.base)\(Routes.chunk(answer.uploadID))?chunk_index=\(index)&file_id=file HTTP/1.1"
      + "\r\nHost: 127.0.0.1\r\nAuthorization: Bearer \(answer.uploadToken)\r\n"
      + "Content-Length: \(size)\r\n\r\n"
  }
}

/// A kept connection to 127.0.0.1.
private final class SessionLine {
  private let descriptor: Int32

  init?(_ origin: String) {
    guard let port = URL(string: origin)?.port else { return nil }
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { return nil }
    var timeout = timeval(tv_sec: 60, tv_usec: 0)
    let size = socklen_t(MemoryLayout<timeval>.size)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, size)
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, size)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(truncatingIfNeeded: port)).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    if result != 0 { return nil }
  }

  deinit { close(descriptor) }

  /// - Parameter cutAfter: bytes of the body after which the connection breaks.
  /// - Returns: the status; nil when the connection broke.
  func put(_ head: String, _ body: Data, cutAfter: Int?) -> Int? {
    guard write(Data(head.utf8)) else { return nil }
    if let cutAfter {
      _ = write(body.prefix(cutAfter))
      shutdown(descriptor, Int32(SHUT_RDWR))
      return nil
    }
    return write(body) ? read() : nil
  }

  private func write(_ data: Data) -> Bool {
    data.withUnsafeBytes { bytes in
      var done = 0
      while done < bytes.count, let base = bytes.baseAddress {
        let count = send(descriptor, base + done, bytes.count - done, Int32(MSG_NOSIGNAL))
        if count <= 0 {
          if count < 0, errno == EINTR { continue }
          return false
        }
        done += count
      }
      return true
    }
  }

  /// The status of an answer, read to its end.
  private func read() -> Int? {
    var text: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4_096)
    while text.count < 65_536 {
      let count = recv(descriptor, &buffer, buffer.count, 0)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return nil }
      text += buffer[..<count]
      let answer = String(decoding: text, as: UTF8.self)
      guard let end = answer.range(of: "\r\n\r\n") else { continue }
      let head = answer[..<end.lowerBound]
      let status = head.split(separator: " ").dropFirst().first.flatMap { Int($0) }
      let length =
        head.lowercased().split(separator: "\r\n").first { $0.hasPrefix("content-length:") }?
        .split(separator: ":").last.flatMap { Int($0.trimmingCharacters(in: .whitespaces)) } ?? 0
      if answer[end.upperBound...].utf8.count >= length { return status }
    }
    return nil
  }
}
