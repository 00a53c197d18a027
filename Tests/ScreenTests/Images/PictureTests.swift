import Screen
import Testing

/// Pictures in a cell grid.
@Suite struct PictureTests {
  private func draw(
    _ pixels: [UInt8], width: Int, channels: Int = 1, _ glyphs: CellRendering.Glyphs,
    _ depth: ColorDepth, light: Bool = false
  ) -> CellBuffer {
    let raster = Raster(
      width: width, height: pixels.count / width / channels, channels: channels, pixels: pixels)
    var buffer = CellBuffer(
      size: Size(width: width / glyphs.across, height: raster.height / glyphs.down))
    buffer.draw(
      raster, in: buffer.area,
      CellRendering(glyphs: glyphs, depth: depth, isLightBackground: light))
    return buffer
  }

  private func gray(_ value: UInt8) -> Color { .rgb(value, value, value) }

  @Test func halfBlocks() {
    let buffer = draw([10, 20, 30, 20], width: 2, .half, .trueColor)
    #expect(buffer[0, 0].text == "▀")
    #expect(buffer[0, 0].style.foreground == gray(10))
    #expect(buffer[0, 0].style.background == gray(30))
    #expect(buffer[1, 0].text == " " && buffer[1, 0].style.background == gray(20))
    #expect(buffer[0, 0].isImage && buffer.pictureAreas == [buffer.area])
  }

  @Test func quadrants() {
    // Bright at the upper left and lower right.
    let buffer = draw([200, 10, 20, 220], width: 2, .quadrants, .trueColor)
    #expect(buffer[0, 0].text == "▚")
    #expect(buffer[0, 0].style.foreground == gray(210))
    #expect(buffer[0, 0].style.background == gray(15))
  }

  @Test func sextantsAndBraille() {
    let sextant = draw([9, 0, 0, 0, 0, 9].map { $0 * 20 }, width: 2, .sextants, .trueColor)
    #expect(sextant[0, 0].text == "\u{1FB1F}")
    let braille = draw([0, 0, 0, 0, 0, 0, 255, 255], width: 2, .braille, .mono)
    #expect(braille[0, 0].text == "\u{28C0}")
  }

  @Test func paletteGreys() {
    let buffer = draw([0, 238, 255, 8], width: 2, .half, .palette256)
    #expect(buffer[0, 0].style.foreground == .indexed(16))
    #expect(buffer[0, 0].style.background == .indexed(231))
    #expect(buffer[1, 0].style.foreground == .indexed(255))
    #expect(buffer[1, 0].style.background == .indexed(232))
  }

  /// Without colours, white is ink on a dark background and paper on a light one.
  @Test func mono() {
    let dark = draw([255, 255, 0, 0, 255, 0, 0, 255], width: 4, .half, .mono)
    #expect((0..<4).map { dark[$0, 0].text } == ["█", "▀", " ", "▄"])
    let light = draw([255, 255, 0, 0, 255, 0, 0, 255], width: 4, .half, .mono, light: true)
    #expect((0..<4).map { light[$0, 0].text } == [" ", "▄", "█", "▀"])
    #expect(dark[0, 0].style.foreground == .standard)
  }

  @Test func ascii() {
    let ramp = draw([0, 128, 255], width: 3, .ascii, .mono)
    #expect((0..<3).map { ramp[$0, 0].text } == [" ", "+", "@"])
    let shades = draw([0, 128, 255], width: 3, .ascii, .trueColor)
    #expect((0..<3).map { shades[$0, 0].text } == [" ", " ", " "])
    #expect(shades[1, 0].style.background == gray(128))
  }

  @Test func color() {
    let red: [UInt8] = [255, 0, 0]
    let blue: [UInt8] = [0, 0, 255]
    let half = draw(red + red + blue + red, width: 2, channels: 3, .half, .trueColor)
    #expect(half[0, 0].style.foreground == .rgb(255, 0, 0))
    #expect(half[0, 0].style.background == .rgb(0, 0, 255))
    #expect(half[1, 0].text == " ")
    let sixteen = draw(red + red + blue + blue, width: 2, channels: 3, .half, .sixteen)
    #expect(
      sixteen[0, 0].style.foreground == .indexed(9) || sixteen[0, 0].style.foreground == .indexed(1)
    )
    let mono = draw(red + red + blue + blue, width: 2, channels: 3, .half, .mono)
    #expect(mono[0, 0].style.foreground == .standard)
  }

  @Test func otherSizesAreAveraged() {
    var buffer = CellBuffer(size: Size(width: 1, height: 1))
    let raster = Raster(width: 4, height: 4, pixels: (0..<16).map { UInt8($0 * 10) })
    buffer.draw(raster, in: buffer.area, CellRendering(glyphs: .half, depth: .trueColor))
    #expect(buffer[0, 0].style.foreground == gray(35) && buffer[0, 0].style.background == gray(115))
    #expect(
      Raster(width: 2, height: 1, pixels: [7, 9]).scaled(width: 4, height: 2).pixels
        == [7, 7, 9, 9, 7, 7, 9, 9])
  }

  /// Only the part inside of the buffer is drawn, and it is the right part; half of a wide character
  /// that it covers goes.
  @Test func edges() {
    var buffer = CellBuffer(size: Size(width: 4, height: 2))
    buffer.write("山山", x: 0, y: 0, style: Style())
    let raster = Raster(width: 4, height: 4, pixels: (0..<16).map { UInt8($0 * 10) })
    buffer.show(
      raster, in: Rect(x: 1, y: -1, width: 2, height: 2),
      ImageOutput(graphics: .kitty, cells: CellRendering(glyphs: .half, depth: .trueColor)))
    #expect(buffer[0, 0].text == " " && buffer[3, 0].text == " ")
    #expect(buffer[1, 0].style.foreground == gray(85 - 0) || buffer[1, 0].isImage)
    #expect(buffer.overlays.count == 1)
    #expect(buffer.overlays[0].area == Rect(x: 1, y: 0, width: 2, height: 1))
    #expect(buffer.overlays[0].raster.pixels == Array(raster.pixels[8...]))
    buffer.show(raster, in: Rect(x: 9, y: 9, width: 2, height: 2), ImageOutput())
    #expect(buffer.overlays.count == 1)
    buffer.clear(Style())
    #expect(buffer.overlays.isEmpty && buffer.pictureAreas.isEmpty)
  }

  @Test func textTakesTheMarkAway() {
    var buffer = CellBuffer(size: Size(width: 4, height: 2))
    let raster = Raster(width: 4, height: 4, pixels: Array(repeating: 9, count: 16))
    buffer.show(raster, in: buffer.area, ImageOutput(graphics: .sixel))
    buffer.write("ab", x: 1, y: 0, style: Style())
    #expect((0..<4).map { buffer[$0, 0].isImage } == [true, false, false, true])
  }

  @Test func grids() {
    let cells = ImageOutput(cells: CellRendering(glyphs: .quadrants))
    let grid = cells.grid(columns: 10, rows: 5)
    #expect(grid.width == 20 && grid.height == 10 && grid.sampleAspect == 0.5)
    let pixels = ImageOutput(graphics: .kitty, cellPixels: Size(width: 9, height: 20))
    let full = pixels.grid(columns: 10, rows: 5)
    #expect(full.width == 90 && full.height == 100 && full.sampleAspect == 1)
    // Enlarged four times, a fifth or so of the samples is enough; sixels are never enlarged.
    let few = pixels.grid(columns: 10, rows: 5, magnification: 4)
    #expect(few.across == 3 && few.down == 5 && few.devicePixel == 0.25)
    #expect(abs(few.sampleAspect - (9.0 / 3) / (20.0 / 5)) < 1e-9)
    let sixel = ImageOutput(graphics: .sixel, cellPixels: Size(width: 9, height: 20))
    #expect(sixel.grid(columns: 10, rows: 5, magnification: 4).across == 9)
    #expect(ImageOutput().grid(columns: -1, rows: 0).width == 0)
  }
}
