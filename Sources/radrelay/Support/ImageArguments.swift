import ArgumentParser
import Imaging
import Screen

/// `40/400`: centre and width.
struct WindowArgument: ExpressibleByArgument {
  let transform: VOITransform

  init?(argument: String) {
    let parts = argument.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let center = Double(parts[0]), let width = Double(parts[1]),
      center.isFinite, width.isFinite, width > 0
    else { return nil }
    transform = .linear(center: center, width: width)
  }
}

/// `80x40` cells, or `512x512px`.
struct ImageSize: ExpressibleByArgument {
  let width: Int
  let height: Int
  let isPixels: Bool

  init?(argument: String) {
    isPixels = argument.hasSuffix("px")
    let parts = (isPixels ? argument.dropLast(2) : argument[...])
      .split(separator: "x", omittingEmptySubsequences: false)
    guard parts.count == 2, let width = Int(parts[0]), let height = Int(parts[1]),
      (1...16_384).contains(width), (1...16_384).contains(height)
    else { return nil }
    self.width = width
    self.height = height
  }
}

/// `mono`, `8`, `16`, `256` or `true`.
enum ColorArgument: String, ExpressibleByArgument, CaseIterable {
  case mono
  case eight = "8"
  case sixteen = "16"
  case palette = "256"
  case trueColor = "true"

  var depth: ColorDepth {
    switch self {
    case .mono: .mono
    case .eight: .eight
    case .sixteen: .sixteen
    case .palette: .palette256
    case .trueColor: .trueColor
    }
  }
}
