import Foundation
import TestSupport
import Testing

/// Terminals whose graphics belong to the cells: sixel, and iTerm2's inline images.
@Suite struct SixelAndInlineTests {
  @Test(arguments: [TerminalKind.xterm, .foot])
  func sixelPicture(_ kind: TerminalKind) throws {
    var probe = try ImageProbe(kind)
    #expect(
      probe.terminal.waitFor("images sixel \(kind.name == "foot" ? "sextants" : "half") cell 10x20")
    )
    let strings = probe.strings()
    #expect(strings.allSatisfy { $0.kind == .device })
    #expect(probe.pixelCells == ImageProbe.pictureCells())
    for string in strings {
      let picture = try PictureDecoding.sixel(string.body)
      let left = (string.x - 2) * 10
      let top = (string.y - 2) * 20
      for y in 0..<picture.height {
        for x in 0..<picture.width {
          let wanted = ImageProbe.gray(left + x, top + y, slice: 0, width: 400, height: 240)
          let found = picture.pixels[(y * picture.width + x) * 3]
          // 64 greys in hundredths.
          if abs(Int(wanted) - Int(found)) > 4 {
            Issue.record("\(x),\(y) of \(string.x),\(string.y): \(found) for \(wanted)")
            return
          }
        }
      }
    }
    #expect(probe.terminal.screen.unknown == [])
  }

  @Test func inlinePicture() throws {
    var probe = try ImageProbe(.iterm2)
    #expect(
      probe.terminal.waitFor("images iterm2 quadrants cell 20x40"), "\(probe.terminal.screen)")
    // What was sent first had fewer samples, until it was known how much the line takes.
    let all = probe.strings().filter { $0.text.hasPrefix("1337;File=") }
    let files = all.indices.filter { index in
      !all[(index + 1)...].contains { $0.x == all[index].x && $0.y == all[index].y }
    }.map { all[$0] }
    #expect(probe.pixelCells == ImageProbe.pictureCells())
    var cells = 0
    for file in files {
      let parts = file.text.dropFirst("1337;File=".count).split(separator: ":", maxSplits: 1)
      #expect(parts[0].contains("inline=1"))
      let data = try #require(Data(base64Encoded: String(parts[1])))
      #expect(parts[0].contains("size=\(data.count);"))
      let picture = try PictureDecoding.png(data)
      cells += picture.width * picture.height / (20 * 40)
      let wanted = ImageProbe.gray(
        (file.x - 2) * 20, (file.y - 2) * 40, slice: 0, width: 800, height: 480)
      #expect(picture.pixels[0] == wanted)
    }
    #expect(cells == 40 * 12 - 1)
  }

  /// After everything that can happen to a picture, exactly its cells have pixels.
  @Test(arguments: [TerminalKind.xterm, .iterm2])
  func nothingIsLeftBehind(_ kind: TerminalKind) throws {
    var probe = try ImageProbe(kind)
    probe.settle()
    probe.press("nd")
    #expect(probe.pixelCells == ImageProbe.pictureCells().subtracting(ImageProbe.dialogCells))
    #expect(probe.terminal.screen.text.contains("a dialog"))
    probe.press("dm")
    #expect(probe.pixelCells == ImageProbe.pictureCells(offset: 1))
    probe.terminal.resize(rows: 26, columns: 90)
    probe.settle()
    #expect(probe.pixelCells == ImageProbe.pictureCells(offset: 1))
    probe.press("o")
    #expect(probe.pixelCells.isEmpty)
    #expect(probe.terminal.screen.line(4) == "")
    probe.press("o")
    #expect(probe.pixelCells == ImageProbe.pictureCells(offset: 1))
    #expect(probe.terminal.screen.unknown == [])
  }
}
