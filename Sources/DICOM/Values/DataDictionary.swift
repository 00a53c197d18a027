import Assets
import Foundation

/// The data dictionary (DICOM PS3.6), read from `Resources/data/dicom/dictionary.tsv` at first use.
public struct DataDictionary: Sendable {
  /// What the standard says of one attribute.
  public struct Entry: Sendable, Equatable {
    /// `US`, or alternatives as `US or SS`.
    public let vr: String
    /// `1`, `1-n`, `2-2n` …
    public let vm: String
    public let keyword: String
    public let name: String
    public let isRetired: Bool
  }

  /// The dictionary that ships with the program; empty when its file is missing.
  public static let standard = DataDictionary(
    text: (try? Data(contentsOf: Assets.url("dicom/dictionary.tsv"))) ?? Data())

  private struct Repeater {
    let mask: UInt32
    let value: UInt32
    let entry: Entry
  }

  private var entries: [UInt32: Entry] = [:]
  /// Of the entries, as implicit data sets are read.
  private var representations: [UInt32: VR] = [:]
  private var repeaters: [Repeater] = []
  private var tags: [String: Tag] = [:]

  /// - Parameter text: lines of tag, VR, VM, keyword, name, `R`, separated by tabs; `#` comments.
  init(text: Data) {
    for line in String(decoding: text, as: UTF8.self).split(separator: "\n") {
      if line.first == "#" { continue }
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
      guard fields.count >= 5 else { continue }
      let entry = Entry(
        vr: String(fields[1]), vm: String(fields[2]), keyword: String(fields[3]),
        name: String(fields[4]), isRetired: fields.count > 5 && fields[5] == "R")
      if let value = UInt32(fields[0], radix: 16) {
        entries[value] = entry
        representations[value] = Self.representation(entry.vr)
        if !entry.keyword.isEmpty { tags[entry.keyword] = Tag(rawValue: value) }
      } else {
        let zeros = fields[0].replacing("x", with: "0")
        let mask = String(fields[0].map { $0 == "x" ? "0" : "f" })
        if let value = UInt32(zeros, radix: 16), let mask = UInt32(mask, radix: 16) {
          repeaters.append(Repeater(mask: mask, value: value, entry: entry))
        }
      }
    }
  }

  /// The entry of a tag; group lengths and private creators are known, other private tags are not.
  public subscript(_ tag: Tag) -> Entry? {
    if let entry = entries[tag.rawValue] { return entry }
    if tag.isPrivateCreator {
      return Entry(vr: "LO", vm: "1", keyword: "", name: "Private Creator", isRetired: false)
    }
    if tag.element == 0 {
      return Entry(vr: "UL", vm: "1", keyword: "", name: "Group Length", isRetired: true)
    }
    if tag.isPrivate { return nil }
    return repeaters.first { tag.rawValue & $0.mask == $0.value }?.entry
  }

  /// The tag of a keyword such as `PatientName`.
  public func tag(keyword: String) -> Tag? { tags[keyword] }

  /// The representation to assume where the file does not tell it (implicit VR): the first of
  /// several alternatives, OW before OB; UN for unknown attributes.
  func vr(of tag: Tag) -> VR {
    if let known = representations[tag.rawValue] { return known }
    return Self.representation(self[tag]?.vr)
  }

  private static func representation(_ text: String?) -> VR {
    switch text {
    case nil, "NONE": .un
    case "OB or OW", "US or OW": .ow
    case "US or SS", "US or SS or OW": .us
    case let text?: VR(text)
    }
  }

  /// True when PixelRepresentation decides whether the number is signed.
  func isSignAmbiguous(_ tag: Tag) -> Bool { self[tag]?.vr.hasPrefix("US or SS") ?? false }
}
