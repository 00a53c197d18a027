import Foundation

/// The index of a medium: a DICOMDIR (DICOM PS3.3 annex F, PS3.10 section 8.6).
///
///     let index = try MediaDirectory.read(path: "/media/cd/DICOMDIR")
///     for reference in index.references() { print(reference.path ?? reference.problem ?? "") }
public struct MediaDirectory: Sendable {
  /// The DICOMDIR's own path.
  public let path: String
  /// The folder that file IDs are relative to: the one with the DICOMDIR.
  public var root: String { URL(fileURLWithPath: path).deletingLastPathComponent().path }
  /// The top of the tree, mostly patients. Records that no other leads to stand here too.
  public let records: [DirectoryRecord]
  /// What is wrong with the index, in words.
  public let problems: [String]

  /// Media Storage Directory Storage (PS3.4 annex I).
  public static let sopClassUID = "1.2.840.10008.1.3.10"

  /// Reads a DICOMDIR.
  /// - Throws: ``DICOMError`` when it cannot be read or holds no directory records.
  public static func read(path: String) throws(DICOMError) -> MediaDirectory {
    try MediaDirectory(DICOMFile.read(path: path))
  }

  /// - Parameter file: a DICOMDIR read to its end.
  public init(_ file: DICOMFile) throws(DICOMError) {
    if let problem = file.problem { throw problem }
    guard file.dataSet[Tag(0x0004, 0x1220)] != nil else {
      throw .malformed(
        file: file.name, offset: 0, tag: Tag(0x0004, 0x1220),
        problem: "it has no directory records: it is no DICOMDIR")
    }
    path = file.name
    var tree = RecordTree(file.dataSet)
    records = tree.build()
    problems = tree.problems
  }

  /// The records that name a file, in the order of the tree, with where it lies.
  public func references() -> [MediaReference] {
    var folder = MediaFolder(root: root)
    var references: [MediaReference] = []
    for record in records {
      record.visit { record in
        guard !record.fileID.isEmpty else { return }
        references.append(folder.reference(record.fileID, record.sopInstanceUID))
      }
    }
    return references
  }
}

/// Puts records together by the offsets with which they name each other.
private struct RecordTree {
  private let first: Int
  private let items: [DataSet]
  private let byOffset: [Int: Int]
  /// Records that stand in the tree already: an index must not lead around in circles.
  private var used: Set<Int> = []
  private(set) var problems: [String] = []
  private static let maximumDepth = 16

  init(_ dataSet: DataSet) {
    items = dataSet.items(Tag(0x0004, 0x1220))
    var byOffset: [Int: Int] = [:]
    for (index, item) in items.enumerated() {
      if let offset = item.itemOffset { byOffset[offset] = index }
    }
    self.byOffset = byOffset
    first = dataSet.int(Tag(0x0004, 0x1200)) ?? 0
  }

  mutating func build() -> [DirectoryRecord] {
    var records = chain(from: first, depth: 0)
    let lost = items.indices.filter { !used.contains($0) && isInUse(items[$0]) }
    if !lost.isEmpty {
      problems.append("\(lost.count) of \(items.count) records are not reached by its offsets")
      records += lost.map { DirectoryRecord(items[$0]) }
    }
    return records
  }

  /// 0 marks a record that was deleted (0004,1410).
  private func isInUse(_ item: DataSet) -> Bool { item.int(Tag(0x0004, 0x1410)) != 0 }

  /// A record and those that follow it on its level.
  private mutating func chain(from start: Int, depth: Int) -> [DirectoryRecord] {
    var records: [DirectoryRecord] = []
    var offset = start
    while offset != 0 {
      guard let index = byOffset[offset] else {
        problems.append("no record begins at byte \(offset), where one is said to be")
        break
      }
      guard used.insert(index).inserted else {
        problems.append("the record at byte \(offset) is reached twice")
        break
      }
      let item = items[index]
      let below = item.int(Tag(0x0004, 0x1420)) ?? 0
      var children: [DirectoryRecord] = []
      if below != 0 && depth < Self.maximumDepth { children = chain(from: below, depth: depth + 1) }
      if isInUse(item) { records.append(DirectoryRecord(item, children: children)) }
      offset = item.int(Tag(0x0004, 0x1400)) ?? 0
    }
    return records
  }
}
