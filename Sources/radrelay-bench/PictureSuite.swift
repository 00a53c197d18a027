import ArgumentParser
import DICOM
import Foundation
import Imaging
import Screen
import Terminal

/// `radrelay-bench pictures`: from stored values to what a terminal gets, step by step, on one core.
struct PictureSuite: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pictures",
    abstract: "Windowing, resampling, cells and graphics of a 512x512 16-bit image.",
    discussion: """
      A computed CT slice of a chest. Each step is repeated for the time given; the median of the \
      single runs counts, on one thread.
      """)

  @Option(help: "Seconds for each step.") var seconds = 1.0

  private struct Slice {
    let frame: Frame
    let parameters: DisplayParameters
    let renderer: FrameRenderer
    let image: DisplayImage
  }

  func run() async throws {
    let slice = try Self.slice()
    var rows = try windowing(slice)
    for (columns, lines) in [(80, 40), (200, 60)] {
      for glyphs in CellRendering.Glyphs.allCases {
        rows.append(cells(slice, columns, lines, glyphs))
      }
    }
    rows += graphics(slice)
    Table.print(["step", "median, ms", "a second", "bytes"], rows)
  }

  private static func slice() throws -> Slice {
    let phantom = ChestPhantom()
    let stack = SliceStack.chest(size: 512, count: 40)
    let plane = phantom.slice(20, of: stack, noise: 12, seed: 7)
    guard
      let frame = Frame(
        columns: 512, rows: 512, bitsAllocated: 16, bitsStored: 16, isSigned: true,
        photometric: .monochrome2, pixels: .int16(plane.values))
    else { throw BenchError("no frame") }
    let parameters = DisplayParameters(
      dataSet: DataSet(), frame: 0, photometric: .monochrome2)
    var renderer = FrameRenderer()
    let image = renderer.render(frame, parameters, voi: .linear(center: 40, width: 400))
    return Slice(frame: frame, parameters: parameters, renderer: renderer, image: image)
  }

  private func windowing(_ slice: Slice) throws -> [[String]] {
    var renderer = slice.renderer
    let same = measure {
      _ = renderer.render(slice.frame, slice.parameters, voi: .linear(center: 40, width: 400))
    }
    var center = 0.0
    let other = measure {
      center += 1
      _ = renderer.render(
        slice.frame, slice.parameters, voi: .linear(center: center, width: 400))
    }
    return [
      row("window, the same for a stack", same), row("window, another for each frame", other),
    ]
  }

  private func cells(
    _ slice: Slice, _ columns: Int, _ lines: Int, _ glyphs: CellRendering.Glyphs
  ) -> [String] {
    var renderer = slice.renderer
    let rendering = CellRendering(glyphs: glyphs, depth: .trueColor)
    let output = ImageOutput(cells: rendering)
    let grid = output.grid(columns: columns, rows: lines)
    var buffer = CellBuffer(size: Size(width: columns, height: lines))
    let time = measure {
      let image = renderer.render(
        slice.frame, slice.parameters, voi: .linear(center: 40, width: 400))
      let raster = Self.raster(image, grid)
      buffer.draw(raster, in: buffer.area, rendering)
    }
    let bytes = PictureText.cells(
      Self.raster(slice.image, grid), columns: columns, rows: lines, rendering)
    return row("frame to \(columns)x\(lines) cells, \(glyphs)", time, bytes.count)
  }

  private func graphics(_ slice: Slice) -> [[String]] {
    ImageOutput.Graphics.allCases.map { way in
      let output = ImageOutput(graphics: way, cellPixels: Size(width: 10, height: 20))
      let grid = output.grid(columns: 52, rows: 26)
      let findings = TerminalFindings(environment: ["TERM": "xterm"])
      var bytes = 0
      let time = measure {
        bytes =
          PictureText.graphics(
            Self.raster(slice.image, grid), columns: 52, rows: 26, way, findings
          ).count
      }
      return row("image to \(grid.width)x\(grid.height) pixels, \(way)", time, bytes)
    }
  }

  private static func raster(_ image: DisplayImage, _ grid: ImageGrid) -> Raster {
    let viewport = Viewport(
      width: grid.width, height: grid.height, sampleAspect: grid.sampleAspect,
      devicePixel: grid.devicePixel)
    let extent = ImageExtent(width: image.width, height: image.height)
    let shown = Resampler.render(image, ViewTransform().projection(of: extent, in: viewport))
    return Raster(
      width: shown.width, height: shown.height, channels: shown.channels, pixels: shown.pixels)
  }

  /// Seconds of one run: the median.
  private func measure(_ work: () -> Void) -> Double {
    work()
    var times: [Double] = []
    var total = 0.0
    while total < seconds || times.count < 5 {
      let time = Measure.of(work).wall
      times.append(time)
      total += time
    }
    return times.sorted()[times.count / 2]
  }

  private func row(_ name: String, _ seconds: Double, _ bytes: Int? = nil) -> [String] {
    [
      name, String(format: "%.3f", seconds * 1000), String(Int(1 / seconds)),
      bytes.map(String.init) ?? "",
    ]
  }
}
