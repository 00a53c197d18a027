import CLinux
import Dispatch
public import Foundation

/// Receives studies from modalities: C-STORE (DICOM PS3.4 B) by dcmtk's `storescp`, one process for
/// each association, in a folder of its own.
///
/// The connection is taken here and handed to `storescp --inetd`: so the address is ours to choose,
/// a peer that is not allowed never speaks to it, and a process that dies takes one association with
/// it and no other. The folder is synchronous where the file system can do that (chattr +S): an
/// image that the modality was told is stored is on the disk.
public actor StorageReceiver {
  /// What happens, for a log or a person: addresses and counts, never names of patients.
  public enum Event: Sendable, Equatable {
    case listening(address: String, port: UInt16, title: String)
    case began(peer: String)
    case ended(peer: String, files: Int)
    case turnedAway(peer: String, reason: String)
    /// An association whose process failed; what it had received by then is kept.
    case broken(peer: String, reason: String)
    case trouble(String)
  }

  private let options: ReceiverOptions
  private let folder: String
  private let program: String
  private let tell: @Sendable (Event) -> Void
  /// One thread for each association waits for its end.
  private let waiters = DispatchQueue(label: "radrelay.associations", attributes: .concurrent)
  private var associations: [pid_t: String] = [:]
  private var isStopping = false

  /// - Parameters:
  ///   - folder: where images arrive, made when it is not there; a ``FolderIntake`` takes them.
  ///   - searchPath: folders in which `storescp` is looked for.
  /// - Throws: ``IntakeError/missingProgram(_:package:)``
  public init(
    options: ReceiverOptions, folder: String,
    searchPath: String = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin",
    tell: @escaping @Sendable (Event) -> Void
  ) throws {
    guard
      let program = searchPath.split(separator: ":").map({ String($0) + "/storescp" })
        .first(where: { access($0, X_OK) == 0 })
    else { throw IntakeError.missingProgram("storescp", package: "dcmtk") }
    self.program = program
    self.options = options
    self.folder = folder
    self.tell = tell
  }

  /// Receives until cancelled; associations under way then have ten seconds to end.
  /// - Throws: ``IntakeError/listening(_:_:)``
  public func run() async throws {
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o700])
    makeSynchronous(folder)
    removeOldPlaces()
    let socket = try ListeningSocket(address: options.address, port: options.port)
    tell(.listening(address: options.address, port: socket.port, title: options.title))
    let (connections, continuation) = AsyncStream.makeStream(of: Void.self)
    let source = DispatchSource.makeReadSource(fileDescriptor: socket.descriptor)
    source.setEventHandler { continuation.yield() }
    source.setCancelHandler { close(socket.descriptor) }
    source.activate()
    // Ends when the task is cancelled.
    for await _ in connections {
      while let (descriptor, peer) = socket.accept() { begin(descriptor, peer) }
    }
    source.cancel()
    await stopAll()
  }

  private func begin(_ descriptor: Int32, _ peer: String) {
    defer { close(descriptor) }
    guard !isStopping else { return }
    guard options.allowed.isEmpty || options.allowed.contains(peer) else {
      tell(.turnedAway(peer: peer, reason: "this address is not allowed (--allow)"))
      return
    }
    guard associations.count < options.mostAssociations else {
      tell(.turnedAway(peer: peer, reason: "\(associations.count) associations are open already"))
      return
    }
    let place = folder + "/" + UUID().uuidString.lowercased()
    guard mkdir(place, 0o700) == 0 else {
      tell(.trouble("\(place) cannot be made: \(IntakeError.reason())"))
      return
    }
    let arguments = [
      program, "--inetd", "--aetitle", options.title, "--output-directory", place,
      // Bytes as they came, every transfer syntax, names that two images cannot share.
      "--bit-preserving", "--accept-all", "--promiscuous", "--unique-filenames",
      "--acse-timeout", "30", "--dimse-timeout", "60", "--socket-timeout", "60", "--quiet",
    ]
    var pid: pid_t = 0
    let code = spawn(arguments, input: descriptor, &pid)
    guard code == 0 else {
      rmdir(place)
      tell(.trouble("storescp cannot be started: \(IntakeError.reason(code))"))
      return
    }
    associations[pid] = peer
    tell(.began(peer: peer))
    let child = pid
    waiters.async {
      var status: Int32 = 0
      while waitpid(child, &status, 0) < 0, errno == EINTR {}
      let result = status
      Task { await self.ended(child, result, place) }
    }
  }

  private func ended(_ pid: pid_t, _ status: Int32, _ place: String) {
    guard let peer = associations.removeValue(forKey: pid) else { return }
    let files = (try? FileManager.default.contentsOfDirectory(atPath: place).count) ?? 0
    if files == 0 { rmdir(place) }
    if status == 0 {
      tell(.ended(peer: peer, files: files))
    } else {
      let signal = status & 0x7F
      tell(
        .broken(
          peer: peer,
          reason: signal == 0
            ? "storescp ended with status \(status >> 8 & 0xFF), \(files) files came"
            : "storescp was ended by signal \(signal), \(files) files came"))
    }
  }

  /// Folders of associations of other days, from which everything was taken.
  private func removeOldPlaces() {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for name in names where UUID(uuidString: name) != nil {
      var status = stat()
      guard lstat(folder + "/" + name, &status) == 0,
        time(nil) - status.st_mtim.tv_sec > 86_400
      else { continue }
      // Fails, as it should, when something is in it.
      rmdir(folder + "/" + name)
    }
  }

  private func stopAll() async {
    isStopping = true
    for _ in 0..<100 where !associations.isEmpty {
      try? await Task.detached { try await Task.sleep(for: .milliseconds(100)) }.value
    }
    for pid in associations.keys { kill(pid, SIGTERM) }
    for _ in 0..<20 where !associations.isEmpty {
      try? await Task.detached { try await Task.sleep(for: .milliseconds(100)) }.value
    }
    for pid in associations.keys { kill(pid, SIGKILL) }
    for _ in 0..<20 where !associations.isEmpty {
      try? await Task.detached { try await Task.sleep(for: .milliseconds(100)) }.value
    }
  }

  /// Each write to a file in the folder waits for the disk; folders made in it inherit that
  /// (ioctl_iflags(2), FS_SYNC_FL). Where the file system cannot do it, nothing is changed.
  private func makeSynchronous(_ folder: String) {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    if radrelay_make_synchronous(descriptor) != 0 {
      tell(
        .trouble(
          "\(folder): this file system has no synchronous folders; a power cut can take the last"
            + " images that a modality was told are stored"))
    }
    close(descriptor)
  }
}

/// Starts a program with `input` as its standard input; its output goes nowhere: it names patients.
private func spawn(_ arguments: [String], input: Int32, _ pid: inout pid_t) -> Int32 {
  var actions = posix_spawn_file_actions_t()
  posix_spawn_file_actions_init(&actions)
  defer { posix_spawn_file_actions_destroy(&actions) }
  posix_spawn_file_actions_adddup2(&actions, input, 0)
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
  posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
  var attributes = posix_spawnattr_t()
  posix_spawnattr_init(&attributes)
  defer { posix_spawnattr_destroy(&attributes) }
  var none = sigset_t()
  sigemptyset(&none)
  posix_spawnattr_setsigmask(&attributes, &none)
  var all = sigset_t()
  sigfillset(&all)
  posix_spawnattr_setsigdefault(&attributes, &all)
  // A group of its own keeps the terminal's Ctrl-C away: an association ends by itself.
  posix_spawnattr_setpgroup(&attributes, 0)
  posix_spawnattr_setflags(
    &attributes,
    Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETPGROUP))
  var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
  pointers.append(nil)
  defer { for pointer in pointers { free(pointer) } }
  // Nothing of the environment is needed but where programs and libraries are.
  var environment: [UnsafeMutablePointer<CChar>?] = [strdup("PATH=/usr/bin:/bin")]
  if let dictionary = getenv("DCMDICTPATH") {
    environment.append(strdup("DCMDICTPATH=" + String(cString: dictionary)))
  }
  environment.append(nil)
  defer { for pointer in environment { free(pointer) } }
  return posix_spawn(&pid, arguments[0], &actions, &attributes, pointers, environment)
}
