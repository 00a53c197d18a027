import Foundation
import Screen
import TestSupport
import Testing

@testable import Terminal

/// Formats, decoded by other code than wrote them.
@Suite struct EncoderTests {
  private func noise(_ width: Int, _ height: Int, channels: Int) -> Raster {
    var state: UInt32 = 5
    return Raster(
      width: width, height: height, channels: channels,
      pixels: (0..<(width * height * channels)).map { _ in
        state = state &* 1_664_525 &+ 1_013_904_223
        return UInt8(state >> 24)
      })
  }

  @Test(arguments: [1, 3], [(1, 1), (2, 7), (33, 20)])
  func png(_ channels: Int, _ size: (Int, Int)) throws {
    let raster = noise(size.0, size.1, channels: channels)
    for effort in [PNGEncoder.Effort.fast, .small] {
      let picture = try PictureDecoding.png(
        Data(PNGEncoder.encode(raster, effort: effort)))
      #expect(picture.width == size.0 && picture.height == size.1)
      #expect(picture.pixels == raster.pixels)
    }
    #expect(PNGEncoder.encode(Raster(width: 0, height: 5, pixels: [])).isEmpty)
  }

  @Test func base64() {
    for count in 0..<70 {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 200) }
      #expect(
        String(decoding: Base64.encoded(bytes), as: UTF8.self) == Data(bytes).base64EncodedString())
    }
  }

  @Test(arguments: [2, 16, 64, 256])
  func sixelGrey(_ registers: Int) throws {
    let raster = Raster(
      width: 256, height: 13, pixels: (0..<(256 * 13)).map { UInt8($0 % 256) })
    let bytes = SixelEncoder.encode(raster, registers: registers)
    #expect(bytes.starts(with: [0x1B, 0x50]) && bytes.suffix(2) == [0x1B, 0x5C])
    let picture = try PictureDecoding.sixel(Array(bytes[2..<(bytes.count - 2)]))
    #expect(picture.width == 256 && picture.height == 13)
    let step = 255 / (min(64, registers) - 1)
    for index in raster.pixels.indices {
      let found = picture.pixels[index * 3]
      #expect(abs(Int(found) - Int(raster.pixels[index])) <= step + 3)
    }
  }

  @Test func sixelColor() throws {
    let raster = noise(40, 31, channels: 3)
    let bytes = SixelEncoder.encode(raster)
    let picture = try PictureDecoding.sixel(Array(bytes[2..<(bytes.count - 2)]))
    for index in raster.pixels.indices {
      #expect(abs(Int(picture.pixels[index]) - Int(raster.pixels[index])) <= 54)
    }
  }

  /// The protocol's list has 297 marks; these are its first, some between, and its last.
  @Test func placeholderMarks() {
    let marks = KittyPlaceholder.marks.map(\.value)
    #expect(marks.count == 297)
    #expect(marks[..<8] == [0x305, 0x30D, 0x30E, 0x310, 0x312, 0x33D, 0x33E, 0x33F])
    #expect(marks[30...35] == [0x483, 0x484, 0x485, 0x486, 0x487, 0x592])
    #expect(marks.suffix(3) == [0x1D242, 0x1D243, 0x1D244])
    #expect(zip(marks, marks.dropFirst()).allSatisfy { $0 < $1 })
    #expect(!marks.contains(0x300) && !marks.contains(0x344) && !marks.contains(0x591))
  }

  @Test func passthrough() {
    #expect(
      Passthrough.tmux.wrapped(Array("\u{1B}_Gx\u{1B}\\".utf8))
        == Array("\u{1B}Ptmux;\u{1B}\u{1B}_Gx\u{1B}\u{1B}\\\u{1B}\\".utf8))
    #expect(Passthrough.none.wrapped([1, 2]) == [1, 2])
  }

  /// The parts are exactly the cells that are still marked, each once.
  @Test func visibleParts() {
    var state: UInt32 = 3
    func next(_ below: Int) -> Int {
      state = state &* 1_664_525 &+ 1_013_904_223
      return Int(state >> 16) % below
    }
    for _ in 0..<200 {
      var buffer = CellBuffer(size: Size(width: 30, height: 12))
      let area = Rect(x: next(10), y: next(4), width: 1 + next(20), height: 1 + next(8))
      buffer.draw(
        Raster(width: 4, height: 4, pixels: []), in: area, CellRendering(depth: .trueColor))
      for _ in 0..<next(5) {
        buffer.fill(
          Rect(x: next(30), y: next(12), width: next(9), height: next(4)), style: Style())
      }
      var seen: [Point: Int] = [:]
      for part in VisibleParts.of(area, in: buffer) {
        for y in part.y..<part.maxY {
          for x in part.x..<part.maxX { seen[Point(x: x, y: y), default: 0] += 1 }
        }
      }
      for y in area.y..<area.maxY {
        for x in area.x..<area.maxX {
          #expect((seen[Point(x: x, y: y)] ?? 0) == (buffer[x, y].isImage ? 1 : 0))
        }
      }
    }
  }

  /// A line of text for each row, which shows the picture on a screen.
  @Test func textLines() {
    let raster = Raster(width: 4, height: 4, pixels: (0..<16).map { UInt8($0 * 16) })
    let bytes = PictureText.cells(
      raster, columns: 4, rows: 2, CellRendering(glyphs: .half, depth: .trueColor))
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count == 3)
    #expect(!text.contains("H") && !text.contains("C"))
    #expect(text.contains("38;2;16;16;16") && text.contains("48;2;80;80;80"))
  }
}
