public import Foundation

/// Why a file could not be read, or was read only in part.
public enum DICOMError: Error, Sendable, Equatable, LocalizedError, CustomStringConvertible {
  /// The file system refused; `reason` are its words.
  case unreadable(file: String, reason: String)
  /// Nothing says that this is DICOM; `found` names what it looks like.
  case notDICOM(file: String, found: String)
  /// A length reaches beyond the end of the file.
  case truncated(file: String, offset: Int, tag: Tag?, expected: Int, available: Int)
  /// The bytes break the encoding rules of PS3.5.
  case malformed(file: String, offset: Int, tag: Tag?, problem: String)
  /// A bound that protects this machine was reached.
  case limit(file: String, offset: Int, tag: Tag?, problem: String)
  /// A data set cannot be written.
  case unwritable(tag: Tag?, problem: String)

  public var errorDescription: String? { description }

  /// What is wrong, what was expected, and what to do.
  public var description: String {
    switch self {
    case .unreadable(let file, let reason):
      "\(file): cannot be read: \(reason). Check the permissions and the medium."
    case .notDICOM(let file, let found):
      "\(file): not a DICOM file (\(found)); expected “DICM” at byte 128 or a bare data set."
    case .truncated(let file, let offset, let tag, let expected, let available):
      "\(file): truncated at byte \(offset)\(Self.at(tag)): expected \(expected) bytes, "
        + "\(available) are left. Copy the file again from its source."
    case .malformed(let file, let offset, let tag, let problem):
      "\(file): damaged at byte \(offset)\(Self.at(tag)): \(problem). "
        + "Export the file again from its source."
    case .limit(let file, let offset, let tag, let problem):
      "\(file): refused at byte \(offset)\(Self.at(tag)): \(problem)."
    case .unwritable(let tag, let problem):
      "The data set cannot be written\(Self.at(tag)): \(problem)."
    }
  }

  /// True when bytes are missing at the end.
  public var isTruncation: Bool {
    if case .truncated = self { true } else { false }
  }

  private static func at(_ tag: Tag?) -> String {
    guard let tag else { return "" }
    let name = DataDictionary.standard[tag]?.name
    return " in \(tag)" + (name.map { " \($0)" } ?? "")
  }
}
