import DICOM

extension ReportDocument {
  /// Addendum (121078, DCM; PS3.16 CID 7001) and Addendum Document (55107-7, LOINC).
  private static let addendumCodes: Set<String> = ["121078", "55107-7"]

  /// By the code of the document or of one of its sections, else by the words of its title.
  static func isAddendum(_ set: DataSet, title: String) -> Bool {
    let concepts = ([set] + set.items(.contentSequence).prefix(200)).compactMap {
      $0.items(.conceptNameCodeSequence).first?.string(.codeValue)
    }
    return concepts.contains { addendumCodes.contains($0) }
      || title.lowercased().contains("addendum")
  }

  /// Predecessor Documents Sequence (0040,A360): by study, series and instance.
  static func predecessors(of set: DataSet) -> [String] {
    set.items(Tag(0x0040, 0xA360)).prefix(100).flatMap { $0.items(Tag(0x0008, 0x1115)).prefix(100) }
      .flatMap { $0.items(Tag(0x0008, 0x1199)).prefix(100) }
      .compactMap { $0.string(Tag(0x0008, 0x1155)) }
  }
}
