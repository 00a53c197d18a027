import Foundation

/// The programs that the scanner is compared with, compiled from `RADRELAY_SHARED/tools/peers`.
struct ScanPeers {
  /// One program.
  struct Peer {
    let name: String
    let program: String
    let arguments: (String) -> [String]
    /// False for programs that take minutes: they run once.
    var isQuick = true

    /// Wall and CPU time of one run over a folder.
    func run(_ folder: String) throws -> Measure {
      let start = Measure.now()
      let child = try Child.start(program, arguments(folder), isQuiet: true)
      var status: Int32 = 0
      var usage = rusage()
      while wait4(child.pid, &status, 0, &usage) < 0, errno == EINTR {}
      guard status == 0 else { throw BenchError("\(name) failed on \(folder)") }
      func seconds(_ time: timeval) -> Double {
        Double(time.tv_sec) + Double(time.tv_usec) / 1_000_000
      }
      return Measure(
        wall: Measure.since(start).wall,
        cpu: max(1e-6, seconds(usage.ru_utime) + seconds(usage.ru_stime)))
    }
  }

  static let floorName = "floor: open, read 4 KiB"

  var found: [Peer] = []
  /// What is not compared, and why.
  var skipped: [String] = []

  static func build(in folder: String, python: String) -> ScanPeers {
    var peers = ScanPeers()
    guard let shared = ProcessInfo.processInfo.environment["RADRELAY_SHARED"] else {
      peers.skipped.append("all other programs: RADRELAY_SHARED does not name their sources")
      return peers
    }
    let sources = shared + "/tools/peers"
    peers.compile(
      Self.floorName, "cc", sources + "/floor.c", header: nil, folder, ["-O2"], [])
    peers.compile(
      "GDCM scanner", "c++", sources + "/gdcmscan.cpp",
      header: ("/usr/include/gdcm-3.0/gdcmScanner.h", "libgdcm-dev"), folder,
      ["-O2", "-I/usr/include/gdcm-3.0"],
      ["-lgdcmMSFF", "-lgdcmDSED", "-lgdcmDICT", "-lgdcmCommon"])
    peers.compile(
      "DCMTK loadFileUntilTag", "c++", sources + "/dcmtkscan.cc",
      header: ("/usr/include/dcmtk/dcmdata/dctk.h", "libdcmtk-dev"), folder, ["-O2"],
      ["-ldcmdata", "-loflog", "-lofstd"])
    peers.addPydicom(python, script: sources + "/pyd.py")
    return peers
  }

  private mutating func compile(
    _ name: String, _ compiler: String, _ source: String, header: (path: String, package: String)?,
    _ folder: String, _ flags: [String], _ libraries: [String]
  ) {
    if let header, !FileManager.default.fileExists(atPath: header.path) {
      skipped.append("\(name): \(header.package) is not installed")
      return
    }
    let file = URL(fileURLWithPath: source)
    let program = folder + "/" + file.deletingPathExtension().lastPathComponent
    let copy = folder + "/" + file.lastPathComponent
    do {
      // One of the files begins with a line that is no C.
      let lines = try String(contentsOf: file, encoding: .utf8)
        .split(separator: "\n", omittingEmptySubsequences: false)
      let code = lines.drop { !$0.hasPrefix("#") && !$0.hasPrefix("/") }.joined(separator: "\n")
      try code.write(toFile: copy, atomically: true, encoding: .utf8)
      try Child.run(
        try Machine.installed(compiler), flags + ["-o", program, copy] + libraries)
      found.append(Peer(name: name, program: program, arguments: { [$0] }))
    } catch {
      skipped.append("\(name): \(source) cannot be compiled: \(error)")
    }
  }

  private mutating func addPydicom(_ python: String, script: String) {
    do {
      let program = python.contains("/") ? python : try Machine.installed(python)
      try Child.run(program, ["-c", "import pydicom"])
      found.append(
        Peer(
          name: "pydicom, stop before pixels", program: program,
          arguments: { [script, $0, "1"] }, isQuick: false))
    } catch {
      skipped.append("pydicom: \(python) does not have it")
    }
  }
}
