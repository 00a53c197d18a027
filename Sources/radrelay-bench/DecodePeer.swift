import Foundation

/// Another program that decodes all files of a folder and prints frames a second.
struct DecodePeer {
  let name: String
  let program: String
  /// Before the folder, and after it.
  let before: [String]
  let takesRounds: Bool

  /// Those whose libraries are here; what is missing is said.
  static func available(sources: String, work: String, python: String) -> [DecodePeer] {
    var peers: [DecodePeer] = []
    let compiled: [(String, String, [String])] = [
      ("DCMTK", "dec_dcmtk.cc", ["-ldcmjpeg", "-ldcmjpls", "-ldcmdata", "-loflog", "-lofstd"]),
      (
        "GDCM", "dec_gdcm.cpp",
        ["-I/usr/include/gdcm-3.0", "-lgdcmMSFF", "-lgdcmDSED", "-lgdcmDICT", "-lgdcmCommon"]
      ),
    ]
    for (name, source, flags) in compiled {
      let program = "\(work)/\(name.lowercased())"
      let arguments = ["c++", "-O2", "-w", "-o", program, sources + "/" + source] + flags
      if (try? Child.start("/usr/bin/env", arguments, isQuiet: true).wait()) == 0 {
        peers.append(DecodePeer(name: name, program: program, before: [], takesRounds: true))
      } else {
        print("\(name) is left out: its development files or a C++ compiler are missing.")
      }
    }
    let test = ["-c", "import pydicom, numpy, pylibjpeg"]
    let interpreter = python.contains("/") ? [python] : ["/usr/bin/env", python]
    if (try? Child.start(interpreter[0], Array(interpreter.dropFirst()) + test, isQuiet: true)
      .wait()) == 0
    {
      peers.append(
        DecodePeer(
          name: "pydicom", program: interpreter[0],
          before: Array(interpreter.dropFirst()) + [sources + "/pydec.py"], takesRounds: false))
    } else {
      print("pydicom is left out: \(python) has it not, or not its decoders (--python).")
    }
    return peers
  }

  /// Seconds a frame as the program measures them, its start not included; nil when it cannot
  /// decode these files. CPU is that of the whole process, less that of one that decodes nothing.
  /// pydicom's program measures processor time only: it has no wall time.
  func decode(_ folder: String, _ frames: Int) throws -> Measure? {
    let rounds = max(1, frames / 10)
    let idle = takesRounds ? try run(folder, "0").cpu : 0
    let (rate, cpu) = try run(folder, takesRounds ? String(rounds) : "-")
    guard let rate, rate > 0 else { return nil }
    if !takesRounds { return Measure(wall: .infinity, cpu: 1 / rate) }
    return Measure(wall: 1 / rate, cpu: max(0, cpu - idle) / Double(rounds * 10))
  }

  private func run(_ folder: String, _ rounds: String) throws -> (rate: Double?, cpu: Double) {
    let pipe = try Child.makePipe()
    let start = Self.childSeconds()
    let child = try Child.start(program, before + [folder, rounds], output: pipe[1], isQuiet: true)
    close(pipe[1])
    let output = FileHandle(fileDescriptor: pipe[0], closeOnDealloc: true)
    let text = String(decoding: (try output.readToEnd()) ?? Data(), as: UTF8.self)
    child.wait()
    let line = text.split(separator: "\n").last.map(String.init) ?? ""
    return (
      Double(line.trimmingCharacters(in: .whitespaces)).flatMap { $0.isFinite ? $0 : nil },
      Self.childSeconds() - start
    )
  }

  /// Of all children that were waited for; decoders of this program are not among them.
  private static func childSeconds() -> Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_CHILDREN.rawValue), &usage)
    func seconds(_ time: timeval) -> Double {
      Double(time.tv_sec) + Double(time.tv_usec) / 1_000_000
    }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
  }
}
