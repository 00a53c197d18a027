import ArgumentParser
import DICOM
import Foundation
import Imaging

/// `radrelay dicom …`: looks at files; needs no store.
struct DicomCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dicom", abstract: "Look at DICOM files.",
    subcommands: [Inspect.self, DicomTree.self, DicomScan.self, DicomValidate.self])

  struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print one record per file; a file that cannot be read has an error.")

    @Flag(help: "One JSON object per line.")
    var json = false

    @Flag(help: "Decode the first frame, and give the digest of its stored values.")
    var pixels = false

    @Argument(help: "Files to read.")
    var files: [String]

    func run() throws {
      var unreadable = 0
      for file in files {
        var record = InspectRecord.read(path: file)
        if pixels { record.addFirstFrame() }
        if !record.parseOK || record.frame0Error != nil { unreadable += 1 }
        if json { Output.raw(record.json) } else { Output.block(record.text) }
      }
      guard unreadable == 0 else {
        throw ExitCode(
          unreadable == files.count ? ExitStatus.usage.rawValue : ExitStatus.partial.rawValue)
      }
    }
  }
}
