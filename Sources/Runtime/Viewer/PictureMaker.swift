import Domain
import Foundation
import Imaging
import Screen
import Workstation

/// Makes pictures of decoded frames. Keeps lookup tables, and the windows of series whose files
/// have none: a stack must not change its brightness from image to image.
struct PictureMaker {
  private struct SeriesKey: Hashable {
    var generation: Int
    var study: Int
    var series: Int
  }

  private var renderers: [Int: FrameRenderer] = [:]
  private var windows: [SeriesKey: VOITransform] = [:]

  mutating func picture(
    _ request: PictureRequest, _ image: ViewerImage, _ facts: ImageFacts
  ) -> ViewerPicture {
    let wish = request.wish
    let voi = facts.isGray ? voi(request, facts) : nil
    var renderer = renderers.removeValue(forKey: request.tile) ?? FrameRenderer()
    let display = renderer.render(
      facts.frame, facts.parameters, voi: voi, isInverted: wish.isInverted)
    renderers[request.tile] = renderer
    let projection = wish.transform.projection(of: facts.extent, in: wish.viewport)
    return ViewerPicture(
      wish: wish, image: image, raster: Raster(Resampler.render(display, projection)),
      projection: projection, voi: voi, facts: facts)
  }

  private mutating func voi(_ request: PictureRequest, _ facts: ImageFacts) -> VOITransform {
    let parameters = facts.parameters
    switch request.wish.window {
    case .window(let window): return .window(window, .linear)
    case .view(let index) where parameters.views.indices.contains(index):
      return parameters.views[index].transform
    case .fitting: return parameters.fittingView(of: facts.frame)
    case .file, .view:
      if let own = parameters.views.first?.transform { return own }
      let key = SeriesKey(
        generation: request.generation, study: request.wish.study, series: request.wish.series)
      if let known = windows[key] { return known }
      if windows.count > 256 { windows.removeAll() }
      let fitting = parameters.fittingView(of: facts.frame)
      windows[key] = fitting
      return fitting
    }
  }

  /// A small picture, its longer side of so many samples.
  static func thumbnail(_ facts: ImageFacts, side: Int) -> Raster {
    var renderer = FrameRenderer()
    let display = renderer.render(facts.frame, facts.parameters)
    let extent = facts.extent
    let height = Double(extent.height) * extent.pixelAspect
    let longer = max(Double(extent.width), height, 1)
    let viewport = Viewport(
      width: max(1, Int((Double(extent.width) / longer * Double(side)).rounded())),
      height: max(1, Int((height / longer * Double(side)).rounded())))
    return Raster(
      Resampler.render(display, ViewTransform().projection(of: extent, in: viewport)))
  }
}

extension Raster {
  init(_ image: DisplayImage) {
    self.init(
      width: image.width, height: image.height, channels: image.channels, pixels: image.pixels)
  }
}
