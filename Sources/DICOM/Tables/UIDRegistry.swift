/// The registered unique identifiers (DICOM PS3.6 annex A).
public struct UIDRegistry: Sendable {
  /// What a registered identifier stands for.
  public struct Entry: Sendable, Equatable {
    /// `Transfer Syntax`, `SOP Class` …
    public let kind: String
    public let keyword: String
    public let name: String
    public let isRetired: Bool
  }

  /// The registry that ships with the program; empty when its file is missing.
  public static let standard = UIDRegistry(table: SortedTable(resource: "dicom/uids.tsv"))

  private let table: SortedTable

  init(table: SortedTable) { self.table = table }

  /// The entry of an identifier, nil when it is not registered.
  public subscript(_ uid: String) -> Entry? {
    guard let line = table.line(uid.utf8) else { return nil }
    let fields = table.fields(of: line)
    guard fields.count >= 4 else { return nil }
    return Entry(
      kind: fields[1], keyword: fields[2], name: fields[3],
      isRetired: fields.count > 4 && fields[4] == "R")
  }
}
