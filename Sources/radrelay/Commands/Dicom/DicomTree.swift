import ArgumentParser
import DICOM
import Foundation

/// `radrelay dicom tree FILE`: every element of a file.
struct DicomTree: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tree",
    abstract: "Print a file's data set as an indented tree.",
    discussion: """
      Each line has tag, type, name and value; items of sequences are indented. With --json the data
      set is printed in the DICOM JSON model (PS3.18 annex F), pixel data and other large values as
      links to their place in the file.
      """)

  @Flag(help: "The DICOM JSON model, on one line.")
  var json = false

  @Option(help: "Only lines that hold this text in tag, keyword, name or value, and those above.")
  var find: String?

  @Option(help: "Characters of a value that are shown at most.")
  var width = 120

  @Argument(help: "The file to read.", completion: .file())
  var file: String

  func validate() throws {
    guard width > 0 else { throw ValidationError("--width needs a number above 0, not \(width).") }
    if json && find != nil { throw ValidationError("--find cannot be used with --json.") }
  }

  func run() throws {
    var options = ReadOptions()
    options.maximumValueBytes = 64 << 10
    let read: DICOMFile
    do {
      read = try DICOMFile.read(path: file, options: options)
    } catch {
      throw CommandFailure(error.description, .usage)
    }
    if json { try printJSON(read) } else { printTree(read) }
    if let problem = read.problem {
      throw CommandFailure(problem.description, .partial)
    }
  }

  private func printJSON(_ read: DICOMFile) throws {
    let url = URL(fileURLWithPath: file).absoluteString
    let isPlain = !read.transferSyntax.isDeflated
    let model = DICOMJSON(read.dataSet) { element in
      // The place in a deflated file is none that a reader could go to.
      guard isPlain, let location = element.location else { return url }
      return "\(url)?offset=\(location.offset)&length=\(location.length)"
    }
    try Output.json(model)
  }

  private func printTree(_ read: DICOMFile) {
    var tree = DataSetTree()
    tree.maximumCharacters = width
    guard let find, !find.isEmpty else {
      tree.visit(read) { row in
        Output.line(Self.line(row))
        return true
      }
      return
    }
    // Lines above a match, not printed yet.
    var above: [TreeRow] = []
    tree.visit(read) { row in
      while let last = above.last, last.depth >= row.depth { above.removeLast() }
      if row.matches(find) {
        for parent in above { Output.line(Self.line(parent)) }
        Output.line(Self.line(row))
        // Printed: what follows below hangs on them.
        above = []
      } else {
        above.append(row)
      }
      return true
    }
  }

  static func line(_ row: TreeRow) -> String {
    let indent = String(repeating: "  ", count: row.depth)
    guard let tag = row.tag, let vr = row.vr else {
      return "\(indent)\(row.name)\(row.value.isEmpty ? "" : ": " + row.value)"
    }
    let name = row.name + String(repeating: " ", count: max(0, 34 - row.name.count))
    // Line breaks of a value stay in its line.
    let value = row.value.replacing("\r\n", with: " ⏎ ").replacing("\n", with: " ⏎ ")
      .replacing("\r", with: " ⏎ ")
    return "\(indent)\(tag) \(vr) \(name) \(value)"
  }
}
