public import Domain
import Foundation
public import Screen
import TOMLKit
public import Workstation

/// What a person wrote into `config.toml`, `keymap.toml` and `themes/*.toml`.
public struct UserConfiguration: Sendable {
  /// Defaults of the settings; what is set in the program wins.
  public var settings: [Setting: String] = [:]
  /// The gateway that the login suggests.
  public var server = ""
  public var keys = KeyMap()
  public var themes = Theme.builtIn
  /// What was not understood, one sentence each, with file and line; defaults are then used.
  public var problems: [String] = []

  public init() {}

  /// Reads the files of a configuration folder; files that are not there are no problem.
  public static func load(folder: String) -> UserConfiguration {
    var result = UserConfiguration()
    result.readSettings(folder + "/config.toml")
    result.readKeys(folder + "/keymap.toml")
    let themes = (try? FileManager.default.contentsOfDirectory(atPath: folder + "/themes")) ?? []
    for name in themes.sorted() where name.hasSuffix(".toml") {
      result.readTheme(folder + "/themes/" + name, name: String(name.dropLast(".toml".count)))
    }
    return result
  }

  /// Fills in what the store does not say.
  func complete(_ loaded: Loaded) -> Loaded {
    switch loaded {
    case .settings(let values): return .settings(settings.merging(values) { $1 })
    case .frame(var info):
      if info.server.isEmpty { info.server = server }
      return .frame(info)
    default: return loaded
    }
  }

  private mutating func readSettings(_ path: String) {
    guard let table = table(path) else { return }
    for key in table.keys.sorted() {
      guard let value = Self.text(table[key]) else {
        problems.append("\(path): \(key): write a text, a number, true or false")
        continue
      }
      if key == "server" {
        server = value
      } else if let setting = Setting(rawValue: key) {
        settings[setting] = value
      } else {
        let known = (Setting.allCases.map(\.rawValue) + ["server"]).joined(separator: ", ")
        problems.append("\(path): there is no setting \(key); there are \(known)")
      }
    }
  }

  private mutating func readKeys(_ path: String) {
    guard let table = table(path) else { return }
    var overrides: [String: [String]] = [:]
    collectKeys(table, prefix: "", path: path, into: &overrides)
    problems += KeyMap.problems(in: overrides).map { "\(path): \($0)" }
    keys = KeyMap(overrides: overrides)
  }

  /// `uploads.pause = "Space"` is a table in a table to TOML; command ids have the same dots.
  private mutating func collectKeys(
    _ table: TOMLTable, prefix: String, path: String, into overrides: inout [String: [String]]
  ) {
    for key in table.keys.sorted() {
      let id = prefix + key
      if let inner = table[key]?.table {
        collectKeys(inner, prefix: id + ".", path: path, into: &overrides)
      } else if let one = table[key]?.string {
        overrides[id] = [one]
      } else if let array = table[key]?.array {
        overrides[id] = array.compactMap { $0.string }
      } else {
        problems.append("\(path): \(id): write a key or a list of keys, for example [\"Space\"]")
      }
    }
  }

  private mutating func readTheme(_ path: String, name: String) {
    guard let table = table(path) else { return }
    var colors: [String: String] = [:]
    var base = Theme.dark
    for key in table.keys.sorted() {
      guard let value = table[key]?.string else {
        problems.append("\(path): \(key): write a colour as \"#RRGGBB\"")
        continue
      }
      if key == "base" { base = Theme.named(value) } else { colors[key] = value }
    }
    let custom = Theme.custom(name: name, base: base, colors: colors)
    problems += custom.problems.map { "\(path): \($0)" }
    themes.removeAll { $0.name == name }
    themes.append(custom.theme)
  }

  private mutating func table(_ path: String) -> TOMLTable? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    do {
      return try TOMLTable(string: try String(contentsOfFile: path, encoding: .utf8))
    } catch let error as TOMLParseError {
      problems.append(
        "\(path), line \(error.source.begin.line): \(error.description). "
          + "The whole file is left out until it is corrected.")
    } catch {
      problems.append("\(path) cannot be read: \((error as NSError).localizedDescription)")
    }
    return nil
  }

  private static func text(_ value: (any TOMLValueConvertible)?) -> String? {
    guard let value else { return nil }
    if let text = value.string { return text }
    if let flag = value.bool { return flag ? "on" : "off" }
    if let number = value.int { return String(number) }
    return nil
  }
}
