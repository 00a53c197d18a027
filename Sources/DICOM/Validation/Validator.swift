/// Checks a file against the standard: file meta information (PS3.10 section 7), encoding and values
/// (PS3.5), representation and multiplicity of each attribute (PS3.6), the attributes that the
/// mandatory modules of its IOD require (PS3.3), and whether its pixel data is as large as it says.
///
/// Conditions of the standard that are only in its text (types 1C and 2C, conditional modules) are
/// not evaluated: an attribute of type 1C is only checked for a value when it is there.
public enum Validator {
  /// Findings beyond this number are not collected.
  public static let maximumFindings = 1_000

  /// Reads and checks a file.
  /// - Throws: ``DICOMError`` when it cannot be read at all.
  public static func findings(path: String) throws(DICOMError) -> [Finding] {
    var options = ReadOptions()
    options.maximumValueBytes = 1 << 20
    return findings(try DICOMFile.read(path: path, options: options))
  }

  /// Checks a file that was read to its end.
  public static func findings(_ file: DICOMFile) -> [Finding] {
    var findings: [Finding] = []
    if let problem = file.problem { findings.append(Finding(.error, problem.description)) }
    findings += FileMetaCheck(file: file).findings()
    var elements = ElementCheck(isExplicit: file.transferSyntax.isExplicit)
    elements.check(file.dataSet)
    findings += elements.findings
    // The index of a medium is made of records, which follow rules of their own.
    if file.meta.string(.mediaStorageSOPClassUID) != MediaDirectory.sopClassUID {
      findings += ModuleCheck.findings(file.dataSet)
      findings += ImageCheck.findings(file)
    }
    return Array(findings.prefix(maximumFindings))
  }
}
