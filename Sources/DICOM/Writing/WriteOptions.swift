/// How a data set is written.
public struct WriteOptions: Sendable {
  /// How the ends of sequences and items are written (DICOM PS3.5 section 7.5).
  public enum Lengths: Sendable {
    /// What was read from a file as it stood there; what was made here with lengths.
    case asRead
    /// Lengths everywhere.
    case defined
    /// Delimiters everywhere.
    case undefined
  }

  /// In which character set text is written.
  public enum Text: Sendable {
    /// The bytes and Specific Character Set as they are.
    case asRead
    /// ISO_IR 192.
    case utf8
  }

  public var lengths = Lengths.asRead
  public var text = Text.asRead
  /// Keep the preamble and file meta information of the file that was read. Without them the file
  /// meta information is made anew, as by the program that changed the data set.
  public var keepsFileMeta = true

  public init() {}
}
