import Assets
import Foundation

/// The registered unique identifiers (DICOM PS3.6 annex A), read from the shipped table at first use.
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
  public static let standard = UIDRegistry(
    text: (try? Data(contentsOf: Assets.url("dicom/uids.tsv"))) ?? Data())

  private var entries: [String: Entry] = [:]

  init(text: Data) {
    for line in String(decoding: text, as: UTF8.self).split(separator: "\n") {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
      guard line.first != "#", fields.count >= 4 else { continue }
      entries[String(fields[0])] = Entry(
        kind: String(fields[1]), keyword: String(fields[2]), name: String(fields[3]),
        isRetired: fields.count > 4 && fields[4] == "R")
    }
  }

  /// The entry of an identifier, nil when it is not registered.
  public subscript(_ uid: String) -> Entry? { entries[uid] }
}
