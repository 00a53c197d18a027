import Foundation
import TestSupport
import Testing

/// A terminal with the kitty graphics protocol, through a real terminal device.
@Suite struct KittyTests {
  @Test func showsThePicture() throws {
    var probe = try ImageProbe(.kitty)
    #expect(probe.terminal.waitFor("images kitty sextants cell 10x20"))
    probe.settle()
    #expect(probe.kitty.problems == [])
    #expect(probe.kitty.covered == ImageProbe.pictureCells())
    let data = try #require(probe.kitty.pictures.values.first)
    let picture = try PictureDecoding.png(data)
    #expect(picture.width == 400 && picture.height == 240 && picture.channels == 1)
    let wrong = (0..<(400 * 240)).filter { index in
      picture.pixels[index]
        != ImageProbe.gray(index % 400, index / 400, slice: 0, width: 400, height: 240)
    }
    #expect(wrong.isEmpty)
    #expect(probe.terminal.screen.line(8).hasPrefix("  L"))
    #expect(probe.terminal.screen.unknown == [])
  }

  @Test func nextSliceReplacesTheLast() throws {
    var probe = try ImageProbe(.kitty)
    probe.settle()
    let first = probe.kitty.transmissions
    probe.press("nnn")
    #expect(probe.kitty.transmissions == first + 3)
    #expect(probe.kitty.pictures.count == 1)
    #expect(probe.kitty.covered == ImageProbe.pictureCells())
    let picture = try PictureDecoding.png(try #require(probe.kitty.pictures.values.first))
    #expect(picture.pixels[0] == 3)
    #expect(probe.kitty.problems == [])
  }

  @Test func dialogsCoverAndUncover() throws {
    var probe = try ImageProbe(.kitty)
    probe.settle()
    let sent = probe.kitty.transmissions
    probe.press("d")
    #expect(probe.kitty.covered == ImageProbe.pictureCells().subtracting(ImageProbe.dialogCells))
    #expect(probe.terminal.screen.text.contains("a dialog"))
    probe.press("d")
    #expect(probe.kitty.covered == ImageProbe.pictureCells())
    #expect(!probe.terminal.screen.text.contains("a dialog"))
    // The picture itself was not sent again.
    #expect(probe.kitty.transmissions == sent)
    #expect(probe.kitty.problems == [])
  }

  @Test func nothingIsLeftBehind() throws {
    var probe = try ImageProbe(.kitty)
    probe.settle()
    probe.press("m")
    #expect(probe.kitty.covered == ImageProbe.pictureCells(offset: 1))
    probe.terminal.resize(rows: 30, columns: 100)
    probe.settle()
    #expect(probe.kitty.covered == ImageProbe.pictureCells(offset: 1))
    #expect(probe.kitty.pictures.count == 1)
    probe.press("o")
    #expect(probe.kitty.pictures.isEmpty && probe.kitty.covered.isEmpty)
    probe.press("o")
    #expect(probe.kitty.covered == ImageProbe.pictureCells(offset: 1))
    probe.terminal.send("q")
    #expect(probe.terminal.waitForExit() == .code(0))
    probe.settle()
    #expect(probe.kitty.pictures.isEmpty)
    #expect(probe.kitty.problems == [])
  }

  @Test func colorIsDeflatedRGB() throws {
    var probe = try ImageProbe(.kitty)
    probe.settle()
    probe.press("c")
    let id = try #require(probe.kitty.pictures.keys.first)
    let control = try #require(probe.kitty.controls[id])
    #expect(control["f"] == "24" && control["o"] == "z")
    #expect(control["s"] == "400" && control["v"] == "240")
    let pixels = try PictureDecoding.inflate(
      try #require(probe.kitty.pictures[id]), expected: 400 * 240 * 3)
    let gray = ImageProbe.gray(399, 0, slice: 0, width: 400, height: 240)
    #expect(Array(pixels[(399 * 3)..<(400 * 3)]) == [gray, gray / 2, 40])
  }

  /// Whoever suspends the program finds a terminal without pictures, and them again after `fg`.
  @Test func suspending() throws {
    var probe = try ImageProbe(.kitty)
    probe.settle()
    probe.terminal.send("\u{C}")
    probe.settle()
    #expect(probe.kitty.covered == ImageProbe.pictureCells())
    #expect(probe.kitty.pictures.count == 1)
    #expect(probe.kitty.problems == [])
  }
}
