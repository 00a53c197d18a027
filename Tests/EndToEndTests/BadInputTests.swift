import DICOM
import Foundation
import Glibc
import TestSupport
import Testing

/// Bad input gets a line that names the file and what to do; the rest of the batch goes on.
@Suite(
  .serialized,
  .enabled(if: ClientWorkplace.isBuilt, "needs radrelay and radrelay-gateway beside the tests"))
struct BadInputTests {
  /// A workstation before a gateway with its built-in archive.
  private struct Site {
    let workplace: ClientWorkplace
    let gateway: GatewayProcess

    static func open() async throws -> Site {
      let workplace = try ClientWorkplace()
      try await GatewayProcess.addUser("anna", data: workplace.data)
      let gateway = try await GatewayProcess.start(data: workplace.data)
      try await workplace.logIn(at: gateway)
      return Site(workplace: workplace, gateway: gateway)
    }

    func close() { gateway.process.send(9) }
  }

  /// The line of a program's words that contains a text.
  private func line(with text: String, in words: String) -> String {
    words.split(separator: "\n").first { $0.contains(text) }.map(String.init) ?? ""
  }

  /// A raw deflate stream of so many zeros.
  private func deflated(megabytes: Int) async throws -> Data {
    let child = try await ChildProcess.run(
      "sh", ["-c", "head -c \(megabytes * 1_000_000) /dev/zero | gzip -1 -c"], within: .seconds(120)
    )
    // Ten bytes of header, eight of trailer (RFC 1952); no name, as it comes from a pipe.
    return child.outputBytes.dropFirst(10).dropLast(8)
  }

  /// A small file whose data set inflates to more than 1 GiB.
  private func bomb() async throws -> Data {
    var meta = DataSet()
    meta.set(.sopClassUID, .ui, "1.2.840.10008.5.1.4.1.1.7")
    meta.set(.sopInstanceUID, .ui, UID.make())
    var bytes = try DICOMWriter.part10(meta)
    let plain = Array(TransferSyntax.explicitLittleEndian.uid.utf8)
    let place = try #require(bytes.firstRange(of: plain))
    // The UID grows from 19 and a zero byte to 22 bytes: element and group lengths with it.
    bytes.replaceSubrange(
      place.lowerBound..<(place.lowerBound + 20), with: Array("1.2.840.10008.1.2.1.99".utf8))
    bytes[place.lowerBound - 2] = 22
    bytes[140] += 2
    // The data set is cut off behind the meta information.
    let end = 144 + Int(bytes[140]) + Int(bytes[141]) * 256
    return try await Data(bytes.prefix(end)) + deflated(megabytes: 1_100)
  }

  @Test(.timeLimit(.minutes(20)))
  func theRestOfTheBatchGoesOn() async throws {
    let site = try await Site.open()
    defer { site.close() }
    let folder = try site.workplace.makeFolder("batch")
    let study = try SyntheticStudy(files: 3, rows: 64)
    for file in study.files {
      try file.bytes.write(to: folder.appendingPathComponent("\(file.id).dcm"))
    }
    func write(_ name: String, _ bytes: Data) throws {
      try bytes.write(to: folder.appendingPathComponent(name))
    }
    let bytes = study.files[0].bytes
    try write("cut-header.dcm", bytes.prefix(300))
    try write("cut-pixels.dcm", try SyntheticStudy(files: 1, rows: 64).files[0].bytes.dropLast(900))
    try write("bomb.dcm", try await bomb())
    try write("empty.dcm", Data())
    try write("wipe\u{1B}[2J\u{7}.dcm", bytes.prefix(200))
    try write("readme.txt", Data("no image".utf8))
    // Nothing may wait for somebody to write into it.
    #expect(mkfifo(folder.appendingPathComponent("pipe.dcm").path, 0o600) == 0)
    #expect(symlink("loop", folder.appendingPathComponent("loop").path) == 0)
    let locked = folder.appendingPathComponent("locked")
    try FileManager.default.createDirectory(at: locked, withIntermediateDirectories: true)
    if geteuid() != 0 { chmod(locked.path, 0) }
    let missing = folder.appendingPathComponent("gone").path
    let through = folder.appendingPathComponent("readme.txt/inside").path
    let upload = try await site.workplace.run(
      ["upload", folder.path, missing, through, "--wait", "--json"])
    let said = upload.errors
    #expect(upload.exitStatus == 6, "\(said)")
    let rows = try ClientUpload.lines(upload.output)
    #expect(rows.map(\.studyInstanceUid) == [study.study])
    #expect(rows.first?.isProven == true && rows.first?.instancesVerified == 3)
    #expect(line(with: "cut-header.dcm", in: said).contains("copy it again"), "\(said)")
    #expect(line(with: "cut-pixels.dcm", in: said).contains("truncated: its pixel data"))
    #expect(line(with: "bomb.dcm", in: said).contains("inflates to more than"))
    #expect(line(with: "empty.dcm", in: said).contains("the file is empty"))
    #expect(line(with: "loop", in: said).contains("leads nowhere"))
    #expect(line(with: "/gone:", in: said).contains("No such file"))
    #expect(line(with: "readme.txt/inside", in: said).contains("ot a directory"))
    if geteuid() != 0 { #expect(line(with: "locked", in: said).contains("cannot be opened")) }
    #expect(line(with: "wipe", in: said).contains("copy it again"))
    for stream in [upload.output, said] {
      #expect(!stream.contains("\u{1B}") && !stream.contains("\u{7}"))
    }
    chmod(locked.path, 0o700)
  }

  @Test(.timeLimit(.minutes(20)))
  func nothingToSend() async throws {
    let site = try await Site.open()
    defer { site.close() }
    let folder = try site.workplace.makeFolder("letters")
    try Data("a letter".utf8).write(to: folder.appendingPathComponent("letter.txt"))
    let upload = try await site.workplace.run(["upload", folder.path, "--wait", "--json"])
    #expect(upload.exitStatus == 8)
    #expect(upload.output.isEmpty)
    #expect(upload.errors.contains(folder.path) && upload.errors.contains("1 files seen"))
    // A pipe named on the command line does not hang.
    let pipe = folder.appendingPathComponent("pipe").path
    #expect(mkfifo(pipe, 0o600) == 0)
    let hanging = try await site.workplace.run(["upload", pipe], within: .seconds(120))
    #expect(hanging.exitStatus == 8)
    #expect(line(with: pipe, in: hanging.errors).isEmpty == false)
    let inspected = try await site.workplace.run(["dicom", "inspect", pipe], within: .seconds(120))
    #expect(inspected.exitStatus == 2)
    // A level that needs words.
    let level = try await site.workplace.run(["upload", folder.path, "--level", "stat"])
    #expect(level.exitStatus == 2 && level.errors.contains("--history"))
  }

  /// `radrelay … | head`: whoever reads has gone before the first line comes.
  @Test(.timeLimit(.minutes(15)))
  func nobodyReadsTheOutput() async throws {
    let workplace = try ClientWorkplace()
    let folder = try workplace.makeFolder("one")
    let file = folder.appendingPathComponent("a.dcm")
    try SyntheticStudy(files: 1, rows: 16).files[0].bytes.write(to: file)
    let pipe = folder.appendingPathComponent("pipe").path
    try #require(mkfifo(pipe, 0o600) == 0)
    // Opened for both, which waits for nobody; then the only reader goes.
    let script = """
      exec 3<>"$2"; exec 4>"$2"; exec 3>&-
      "$0" dicom inspect --json "$1" >&4; echo "ended $?" >&2
      """
    let child = try await ChildProcess.run(
      "/bin/bash", ["-c", script, ClientWorkplace.program, file.path, pipe],
      environment: workplace.environment)
    #expect(child.errors == "ended 141\n")
  }

  /// Names with control characters do not reach the terminal, in no command and on no screen.
  @Test(.timeLimit(.minutes(20)))
  func aHostilePatientName() async throws {
    let site = try await Site.open()
    defer { site.close() }
    let folder = try site.workplace.makeFolder("evil")
    let study = try SyntheticStudy(files: 1, rows: 16)
    var set = try DICOMFile.read(bytes: Array(study.files[0].bytes)).dataSet
    set.set(.patientName, .pn, "EVIL\u{1B}[2J\u{7}^Na\u{202E}me")
    set.set(.studyDescription, .lo, "wipe\u{1B}]0;owned\u{7}")
    try Data(DICOMWriter.part10(set)).write(to: folder.appendingPathComponent("a.dcm"))
    let upload = try await site.workplace.run(["upload", folder.path, "--wait"])
    #expect(upload.exitStatus == 0, "\(upload.errors)")
    let id = try #require(try await site.workplace.queue().first?.uploadId)
    var outputs = [upload.output, upload.errors]
    var objects: [String] = []
    let file = folder.appendingPathComponent("a.dcm").path
    for command in [
      ["queue", "ls"], ["queue", "show", id], ["queue", "ls", "--json"], ["sync"],
      ["queue", "show", id, "--json"], ["reports", "ls"], ["reports", "show", id],
      ["dicom", "inspect", file], ["dicom", "inspect", "--json", file],
    ] {
      let child = try await site.workplace.run(command)
      #expect(child.exitStatus == 0, "\(command): \(child.errors)")
      if command.contains("--json") {
        objects.append(child.output)
      } else {
        outputs += [child.output, child.errors]
      }
    }
    for output in outputs + objects {
      #expect(!output.unicodeScalars.contains { $0 == "\u{1B}" || $0 == "\u{7}" })
    }
    for output in outputs {
      #expect(!output.unicodeScalars.contains("\u{202E}"), "\(output)")
    }
    let screen = try ClientScreen(site.workplace)
    try await screen.see("● online")
    screen.type("2")
    try await screen.see("EVIL␛[2J")
    screen.type("\r")
    try await screen.see("wipe␛]0;owned")
    let bells = screen.terminal.screen.bells
    // Out of the study, out of the program.
    screen.type("q")
    try await screen.see("1 of 1")
    screen.type("q")
    #expect(try await screen.end() == .code(0))
    #expect(bells == 0)
    #expect(!String(decoding: screen.terminal.output, as: UTF8.self).contains("\u{1B}]0;owned"))
    screen.expectRestored()
  }
}
