import Foundation
import Testing

/// SwiftPM lets a target import any sibling that happens to be built; this reads every `import`
/// line and compares it with `layers.tsv`.
@Suite struct LayeringTests {
  private static let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private static func table() throws -> [String: Set<String>] {
    let file = package.appendingPathComponent("Tests/LayeringTests/layers.tsv")
    var table: [String: Set<String>] = [:]
    for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    where !line.hasPrefix("#") {
      let columns = line.split(separator: "\t", omittingEmptySubsequences: false)
      let allowed = columns.count > 1 ? columns[1].split(separator: " ").map(String.init) : []
      table[String(columns[0])] = Set(allowed)
    }
    return table
  }

  /// The modules that the Swift files of a folder import.
  private static func imports(in folder: URL) throws -> [(file: String, module: String)] {
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    var found: [(String, String)] = []
    while let file = files?.nextObject() as? URL {
      guard file.pathExtension == "swift" else { continue }
      for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
        let words = line.split(separator: " ").filter { !$0.hasPrefix("@") }
        guard let at = words.firstIndex(of: "import"), at <= 1, at + 1 < words.count,
          at == 0 || ["public", "package", "internal", "private", "fileprivate"].contains(words[0])
        else { continue }
        // `import struct Foundation.URL` names the module after the kind.
        let kinds = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
        let name = kinds.contains(String(words[at + 1])) ? words[at + 2] : words[at + 1]
        found.append((file.lastPathComponent, String(name.split(separator: ".")[0])))
      }
    }
    return found
  }

  @Test func everyImportIsInTheTable() throws {
    let table = try Self.table()
    var checked = 0
    for (target, allowed) in table {
      let folder =
        target == "Assets"
        ? Self.package.appendingPathComponent("Resources")
        : Self.package.appendingPathComponent("Sources/\(target)")
      for (file, module) in try Self.imports(in: folder) where table[module] != nil {
        #expect(allowed.contains(module), "\(target)/\(file) imports \(module)")
        checked += 1
      }
    }
    #expect(checked > 20, "the sources were not found")
  }

  @Test func everySourceFolderIsInTheTable() throws {
    let table = try Self.table()
    let folders = try FileManager.default.contentsOfDirectory(
      atPath: Self.package.appendingPathComponent("Sources").path)
    for folder in folders { #expect(table[folder] != nil, "\(folder) is missing in layers.tsv") }
  }

  @Test func theTableHasNoCircle() throws {
    let table = try Self.table()
    func reaches(_ from: String, _ goal: String, _ seen: inout Set<String>) -> Bool {
      for next in table[from] ?? [] {
        if next == goal { return true }
        if seen.insert(next).inserted, reaches(next, goal, &seen) { return true }
      }
      return false
    }
    for target in table.keys {
      var seen: Set<String> = []
      #expect(!reaches(target, target, &seen), "\(target) depends on itself")
    }
  }

  /// On Linux the main actor is not the main thread (DESIGN.md, known traps).
  @Test func nothingUsesMainActor() throws {
    let files = FileManager.default.enumerator(
      at: Self.package.appendingPathComponent("Sources"), includingPropertiesForKeys: nil)
    while let file = files?.nextObject() as? URL {
      guard file.pathExtension == "swift" else { continue }
      for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
      where !line.drop(while: { $0 == " " }).hasPrefix("//") {
        #expect(!line.contains("@MainActor"), "\(file.lastPathComponent): \(line)")
      }
    }
  }
}
