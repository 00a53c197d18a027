import Domain
import Foundation
import Screen
import Testing
import Workstation

@testable import Runtime

@Suite struct UserConfigurationTests {
  private func load(_ files: [String: String]) throws -> UserConfiguration {
    let folder = NSTemporaryDirectory() + "configuration-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(
      atPath: folder + "/themes", withIntermediateDirectories: true)
    for (name, text) in files {
      try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/" + name))
    }
    return UserConfiguration.load(folder: folder)
  }

  @Test func readsAllFiles() throws {
    let configuration = try load([
      "config.toml": "theme = \"light\"\nmouse = false\nserver = \"https://g.example\"\n",
      "keymap.toml": "quit = \"Ctrl-Q\"\nlist.down = [\"n\", \"Down\"]\n",
      "themes/sea.toml": "base = \"dark\"\naccent = \"#87D7FF\"\n",
    ])
    #expect(configuration.problems == [])
    #expect(configuration.settings == [.theme: "light", .mouse: "off"])
    #expect(configuration.server == "https://g.example")
    #expect(configuration.keys.label(for: "quit") == "Ctrl-Q")
    #expect(configuration.keys.label(for: "list.down") == "n")
    #expect(configuration.themes.last?.name == "sea")
  }

  @Test func theStoreWinsOverTheFile() throws {
    let configuration = try load(["config.toml": "theme = \"light\"\nserver = \"https://a\"\n"])
    #expect(configuration.complete(.settings([:])) == .settings([.theme: "light"]))
    #expect(
      configuration.complete(.settings([.theme: "dark"])) == .settings([.theme: "dark"]))
    #expect(configuration.complete(.frame(FrameInfo())) == .frame(FrameInfo(server: "https://a")))
    let known = Loaded.frame(FrameInfo(server: "https://b"))
    #expect(configuration.complete(known) == known)
  }

  @Test func nothingThereIsNoProblem() throws {
    #expect(try load([:]).problems == [])
    #expect(UserConfiguration.load(folder: "/nonexistent").problems == [])
  }

  @Test func badFilesAreNamedWithTheLine() throws {
    let configuration = try load([
      "config.toml": "theme = \"light\"\n\nmouse = = 3\n", "keymap.toml": "quit = [\"Hyper-7\"]",
      "themes/odd.toml": "accent = 7\n",
    ])
    #expect(configuration.settings == [:])
    #expect(configuration.problems.count == 3)
    #expect(configuration.problems[0].contains("config.toml, line 3"))
    #expect(
      configuration.problems[1].contains("keymap.toml")
        && configuration.problems[1].contains("Hyper-7"))
    #expect(configuration.problems[2].contains("odd.toml"))
  }

  @Test func unknownSettingsAreNamed() throws {
    let configuration = try load(["config.toml": "colour = \"red\"\nbell = \"off\"\n"])
    #expect(configuration.settings == [.bell: "off"])
    #expect(configuration.problems.first?.contains("there is no setting colour") == true)
  }
}
