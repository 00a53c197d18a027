import Demonstration
import Domain
import Foundation
import TestSupport
import Testing

/// `radrelay image render`: PNG files, characters, graphics, and clear refusals.
@Suite(.enabled(if: ClientWorkplace.isBuilt, "needs radrelay beside the tests"))
struct ImageRenderTests {
  private let workplace: ClientWorkplace

  init() throws { workplace = try ClientWorkplace() }

  /// The middle image of each demonstration study, small.
  private func files(_ keys: [String]? = nil) throws -> [(key: String, path: String)] {
    let studies = DemoStudy.all.filter { keys?.contains($0.key) ?? true }
    let written = try DemoStudies.write(
      to: try workplace.makeFolder("studies"), studies: studies, size: 96)
    return written.map { ($0.demo.key, $0.files[$0.files.count / 2].path) }
  }

  private func render(_ arguments: [String]) async throws -> ChildProcess {
    try await workplace.run(["image", "render"] + arguments)
  }

  /// Each demonstration image as a PNG file, and as half blocks: the same picture.
  @Test(.timeLimit(.minutes(20))) func cellsAreThePNGMadeSmaller() async throws {
    let folder = try workplace.makeFolder("pictures")
    for (key, path) in try files() {
      let file = folder.appendingPathComponent("\(key).png").path
      let png = try await render([path, "--output", file, "--size", "60x60"])
      #expect(png.exitStatus == 0, "\(key): \(png.errors)")
      let picture = try PictureDecoding.png(Data(contentsOf: URL(fileURLWithPath: file)))
      let cells = try await render([
        path, "--format", "cells", "--colors", "true", "--size", "60x30",
      ])
      #expect(cells.exitStatus == 0 && cells.errors.contains("NOT FOR DIAGNOSTIC USE"))
      var screen = VirtualScreen(rows: 32, columns: 61)
      screen.feed(Array(cells.output.replacing("\n", with: "\r\n").utf8))
      #expect(screen.unknown == [])
      // The cells leave out what is black around the image: the middles lie over each other.
      let width = (0..<61).last { x in (0..<30).contains { isPicture(screen.cell(x, $0)) } } ?? 0
      let height = (0..<32).last { y in (0..<61).contains { isPicture(screen.cell($0, y)) } } ?? 0
      var difference = 0.0
      for y in 0...height {
        for x in 0...width {
          let column = x + (60 - width - 1) / 2
          let row = 2 * y + (60 - 2 * (height + 1)) / 2
          let shown = brightness(screen.cell(x, y))
          for half in 0..<2 where (0..<60).contains(row + half) && (0..<60).contains(column) {
            let index = ((row + half) * 60 + column) * picture.channels
            difference += abs(shown[half] - brightness(picture, index))
          }
        }
      }
      let mean = difference / Double(2 * (width + 1) * (height + 1))
      #expect(mean < 6, "\(key): \(mean) of 255 on average")
    }
  }

  private func isPicture(_ cell: VirtualScreen.Cell) -> Bool { cell.look.background != nil }

  private func brightness(_ picture: PictureDecoding.Picture, _ index: Int) -> Double {
    picture.channels == 1
      ? Double(picture.pixels[index])
      : picture.pixels[index..<(index + 3)].reduce(0) { $0 + Double($1) } / 3
  }

  /// Of the upper and the lower half.
  private func brightness(_ cell: VirtualScreen.Cell) -> [Double] {
    func gray(_ color: String?) -> Double {
      let numbers = (color ?? "").split(separator: ";").compactMap { Double($0) }
      return numbers.count == 4 ? (numbers[1] + numbers[2] + numbers[3]) / 3 : 0
    }
    let ink = gray(cell.look.foreground)
    let paper = gray(cell.look.background)
    switch cell.text {
    case "▀": return [ink, paper]
    case "▄": return [paper, ink]
    case "█": return [ink, ink]
    default: return [paper, paper]
    }
  }

  @Test(.timeLimit(.minutes(15))) func formats() async throws {
    let path = try #require(try files(["ct-head-1"]).first).path
    for (format, opening) in [
      ("kitty", "\u{1B}_Ga=T,"), ("sixel", "\u{1B}P0;1q\"1;1;"), ("iterm2", "\u{1B}]1337;File="),
    ] {
      let child = try await render([path, "--format", format, "--size", "20x10"])
      #expect(child.exitStatus == 0 && child.output.hasPrefix(opening), "\(format)")
    }
    // Elsewhere than in a terminal nobody claims graphics: characters.
    let plain = try await render([path, "--size", "20x10", "--colors", "mono", "--glyphs", "ascii"])
    #expect(plain.output.allSatisfy { $0.isASCII })
    #expect(plain.output.contains("@") || plain.output.contains("#"))
    let piped = try await render([path, "--format", "png"])
    #expect(piped.outputBytes.starts(with: [0x89, 0x50, 0x4E, 0x47]))
    #expect(try PictureDecoding.png(piped.outputBytes).width == 96)
  }

  @Test(.timeLimit(.minutes(15))) func windows() async throws {
    let path = try #require(try files(["ct-head-1"]).first).path
    func pixels(_ arguments: [String]) async throws -> [UInt8] {
      let child = try await render([path, "--format", "png"] + arguments)
      #expect(child.exitStatus == 0, "\(child.errors)")
      return try PictureDecoding.png(child.outputBytes).pixels
    }
    let brain = try await pixels(["--preset", "brain"])
    #expect(try await pixels(["--window", "40/80"]) == brain)
    #expect(try await pixels(["--preset", "bone"]) != brain)
    #expect(try await pixels(["--preset", "brain", "--invert"]) == brain.map { 255 - $0 })
  }

  @Test(.timeLimit(.minutes(15))) func refusals() async throws {
    let found = try files(["ct-head-1"])
    let path = try #require(found.first).path
    let text = try workplace.makeFolder("other").appendingPathComponent("note.txt")
    try Data("no image".utf8).write(to: text)
    let cases: [([String], Int, String)] = [
      ([path + ".not"], 8, "No such file"), ([text.path], 2, "not a DICOM file"),
      ([path, "--frame", "2"], 8, "no frame 2"), ([path, "--frame", "0"], 2, "from 1"),
      ([path, "--preset", "liver"], 2, "lung, mediastinum"),
      ([path, "--window", "40"], 2, "window"),
      ([path, "--size", "80"], 2, "size"), ([path, "--format", "gif"], 2, "format"),
      ([path, "--window", "1/2", "--preset", "lung"], 2, "either"),
      ([path, "--output", "/nowhere/at/all.png"], 1, "/nowhere/at/all.png"),
    ]
    for (arguments, status, words) in cases {
      let child = try await render(arguments)
      #expect(child.exitStatus == Int32(status), "\(arguments): \(child.errors)")
      #expect(child.errors.contains(words), "\(arguments): \(child.errors)")
      #expect(child.output.isEmpty)
    }
  }
}
