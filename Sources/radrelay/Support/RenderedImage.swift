import DICOM
import Foundation
import Imaging
import Screen

/// A frame of a file, windowed, and what must be said about it.
struct RenderedImage {
  let image: DisplayImage
  let extent: ImageExtent
  /// One line under the picture.
  let caption: String

  /// - Parameter frame: from 0.
  /// - Throws: `FrameError` when there is no such frame, `CommandFailure` for a preset that is
  ///   unknown or makes no sense here.
  init(
    path: String, frame index: Int, window: VOITransform?, preset: String?, isInverted: Bool,
    overlays: Bool
  ) throws {
    let reader = try FrameReader(path: path)
    let frame = try reader.frame(index)
    let parameters = DisplayParameters(reader, frame: index)
    let view = try window ?? preset.map { try Self.preset($0, parameters) }
    var renderer = FrameRenderer()
    image = renderer.render(
      frame, parameters, voi: view, isInverted: isInverted, overlays: overlays)
    extent = ImageExtent(
      width: image.width, height: image.height,
      pixelAspect: ImageScale(dataSet: reader.file.dataSet, frame: index).pixelAspect)
    let shown = view ?? parameters.initialView(of: frame)
    caption =
      (["NOT FOR DIAGNOSTIC USE", "frame \(index + 1) of \(reader.frameCount)"]
      + [image.channels == 1 ? Self.words(shown, parameters.unit) : "colour"]
      + parameters.problems).joined(separator: "   ")
  }

  private static func preset(
    _ name: String, _ parameters: DisplayParameters
  ) throws -> VOITransform {
    guard let preset = WindowPreset.named(name) else {
      let names = WindowPreset.computedTomography.map(\.name).joined(separator: ", ")
      throw CommandFailure("There is no preset \(name); there are \(names).", .usage)
    }
    guard parameters.unit == "HU" else {
      throw CommandFailure(
        "The preset \(name) is for Hounsfield units, which this image has not: use --window.",
        .usage)
    }
    return .window(preset.window, .linear)
  }

  private static func words(_ view: VOITransform, _ unit: String) -> String {
    switch view {
    case .window(let window, _):
      let end = unit.isEmpty ? "" : " \(unit)"
      return "C \(number(window.center)) W \(number(window.width))\(end)"
    case .lookup: return "the file's VOI LUT"
    }
  }

  private static func number(_ value: Double) -> String {
    Int(exactly: value.rounded()).map { abs(value - Double($0)) < 0.05 ? "\($0)" : "" }
      .flatMap { $0.isEmpty ? nil : $0 } ?? String(format: "%.1f", value)
  }

  /// The picture in so many samples, as large as it fits.
  /// - Parameter sampleAspect: width of a sample divided by its height.
  func raster(width: Int, height: Int, sampleAspect: Double) -> Raster {
    let viewport = Viewport(width: width, height: height, sampleAspect: sampleAspect)
    let shown = Resampler.render(
      image, ViewTransform().projection(of: extent, in: viewport))
    return Raster(
      width: shown.width, height: shown.height, channels: shown.channels, pixels: shown.pixels)
  }

  /// The columns and rows of at most so many that have the image's proportions.
  func cells(in most: Size, cellAspect: Double) -> Size {
    let proportion =
      Double(extent.width) / (Double(extent.height) * extent.pixelAspect) / cellAspect
    let columns = min(Double(most.width), Double(most.height) * proportion)
    let rows = columns / proportion
    return Size(
      width: max(1, Int(columns.rounded())), height: max(1, Int(rows.rounded())))
  }
}
