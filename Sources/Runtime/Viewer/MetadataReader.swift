import DICOM
import Imaging
import Workstation

/// All attributes of a file as lines of a tree.
struct MetadataReader {
  /// Lines that are shown of one file, and characters of a value.
  private static let maximumLines = 20_000
  private static let maximumValue = 300

  private var lines: [MetadataLine] = []

  static func read(_ file: FileReference) -> MetadataDocument {
    do throws(FrameError) {
      let opened = try file.opened()
      var reader = MetadataReader()
      reader.add(opened.file.meta, depth: 0)
      reader.add(opened.file.dataSet, depth: 0)
      var problem = opened.file.problem?.description ?? ""
      if reader.lines.count >= maximumLines {
        problem = "Only the first \(maximumLines) attributes are shown. " + problem
      }
      return MetadataDocument(file: file.shown, lines: reader.lines, problem: problem)
    } catch {
      return MetadataDocument(file: file.shown, lines: [], problem: error.description)
    }
  }

  private mutating func add(_ dataSet: DataSet, depth: Int) {
    for element in dataSet.elements {
      guard lines.count < Self.maximumLines else { return }
      let items = element.items
      lines.append(
        MetadataLine(
          depth: depth, tag: "\(element.tag)", vr: "\(element.vr)",
          name: DataDictionary.standard[element.tag]?.name ?? Self.unknown(element.tag),
          value: Self.value(element, in: dataSet), hasChildren: !items.isEmpty))
      for (number, item) in items.enumerated() {
        guard lines.count < Self.maximumLines else { return }
        lines.append(
          MetadataLine(
            depth: depth + 1, tag: "item \(number + 1)", vr: "", name: "", value: "",
            hasChildren: !item.elements.isEmpty))
        add(item, depth: depth + 2)
      }
    }
  }

  private static func unknown(_ tag: Tag) -> String {
    tag.group % 2 == 1 ? "private" : "unknown"
  }

  private static func value(_ element: Element, in dataSet: DataSet) -> String {
    switch element.value {
    case .items(let items): return items.count == 1 ? "1 item" : "\(items.count) items"
    case .fragments(let pixels): return "\(pixels.fragments.count) fragments"
    case .located: return "\(element.location?.length ?? 0) bytes, not read"
    case .bytes(let bytes):
      if bytes.isEmpty { return "" }
      let text = text(element, bytes, in: dataSet)
      return text.count > maximumValue ? text.prefix(maximumValue) + "…" : text
    }
  }

  private static func text(_ element: Element, _ bytes: [UInt8], in dataSet: DataSet) -> String {
    let tag = element.tag
    switch element.vr {
    case .ob, .ow, .of, .od, .ol, .ov, .un:
      let shown = bytes.prefix(16).map { byte in
        let digits = String(byte, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
      }
      return "\(bytes.count) bytes: " + shown.joined(separator: " ")
        + (bytes.count > 16 ? " …" : "")
    case .at: return dataSet.tags(tag).map { "\($0)" }.joined(separator: " \\ ")
    case .fl, .fd:
      return (dataSet.doubles(tag) ?? []).prefix(64).map { $0.map { "\($0)" } ?? "" }
        .joined(separator: " \\ ")
    case .us, .ss, .ul, .sl, .uv, .sv:
      return (dataSet.ints(tag) ?? []).prefix(64).map { $0.map { "\($0)" } ?? "" }
        .joined(separator: " \\ ")
    case .ui:
      let texts = dataSet.strings(tag) ?? []
      return texts.map { uid in
        UIDRegistry.standard[uid].map { "\(uid)  \($0.name)" } ?? uid
      }.joined(separator: " \\ ")
    default: return (dataSet.strings(tag) ?? []).joined(separator: " \\ ")
    }
  }
}
