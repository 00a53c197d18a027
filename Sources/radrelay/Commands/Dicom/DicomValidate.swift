import ArgumentParser
import DICOM
import Foundation

/// `radrelay dicom validate FILE…`: what files get wrong.
struct DicomValidate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Check files against the standard.",
    discussion: """
      Checked are file meta information, encoding, types and values of all attributes, those that
      the mandatory modules of the object require (types 1 and 2), and the size of pixel data.
      Conditions that only the text of the standard has are not evaluated. Exit status 0 when no
      file has an error (warnings do not count), 1 otherwise.
      """)

  @Flag(help: "One JSON object per file.")
  var json = false

  @Flag(help: "Name errors only.")
  var errorsOnly = false

  @Argument(help: "Files to check.", completion: .file())
  var files: [String]

  func run() throws {
    var invalid = 0
    for file in files {
      let findings = Self.findings(file).filter { !errorsOnly || $0.severity == .error }
      let errors = findings.count { $0.severity == .error }
      if errors > 0 { invalid += 1 }
      if json {
        try Output.json(
          Row(file: file, isValid: errors == 0, findings: findings.map(Row.Finding.init)))
        continue
      }
      for finding in findings { Output.line("\(file): \(finding.line)") }
      if findings.isEmpty { Output.line("\(file): nothing found") }
    }
    if invalid > 0 { throw ExitCode(ExitStatus.failure.rawValue) }
  }

  private static func findings(_ file: String) -> [DICOM.Finding] {
    do throws(DICOMError) {
      return try Validator.findings(path: file)
    } catch {
      return [DICOM.Finding(.error, error.description)]
    }
  }

  /// A line of `--json`.
  private struct Row: Encodable {
    let file: String
    let isValid: Bool
    let findings: [Finding]

    struct Finding: Encodable {
      let severity: String
      let tag: String?
      let path: String?
      let message: String

      init(_ finding: DICOM.Finding) {
        severity = finding.severity.rawValue
        tag = finding.tag.map { $0.description }
        path = finding.path.isEmpty ? nil : finding.path
        message = finding.message
      }
    }

    enum CodingKeys: String, CodingKey {
      case file, findings
      case isValid = "valid"
    }
  }
}
