import Imaging
import Screen

/// What is said of a picture. All of it is taken from the picture that is shown.
enum ViewerWords {
  /// A number as people write it: without `.0`.
  static func number(_ value: Double, digits: Int = 1) -> String {
    guard value.isFinite, abs(value) < 1e12 else { return "–" }
    let scale: Double = digits == 0 ? 1 : digits == 1 ? 10 : 100
    let scaled = (abs(value) * scale).rounded()
    let whole = Int(scaled / scale)
    var text = String(whole)
    var rest = Int(scaled) - whole * Int(scale)
    if rest > 0 {
      var fraction = ""
      for _ in 0..<digits {
        fraction = String(rest % 10) + fraction
        rest /= 10
      }
      while fraction.last == "0" { fraction.removeLast() }
      text += "." + fraction
    }
    return value < 0 && scaled > 0 ? "-" + text : text
  }

  /// `W 80 L 40`, `LUT name`, `colour`.
  static func window(_ picture: ViewerPicture) -> String {
    switch picture.voi {
    case .window(let window, _):
      let small = abs(window.width) < 10
      return "W \(number(window.width, digits: small ? 2 : 0))"
        + " L \(number(window.center, digits: small ? 2 : 0))"
    case .lookup:
      if case .view(let index) = picture.wish.window,
        picture.facts.parameters.views.indices.contains(index)
      {
        let name = picture.facts.parameters.views[index].name
        if !name.isEmpty { return "LUT \(name)" }
      }
      return "LUT"
    case nil: return "colour"
    }
  }

  /// `5x10`, with a digit after the point below 10.
  static func cell(_ cells: CellProjection) -> String {
    let pixels = cells.pixelsPerCell
    func text(_ value: Double) -> String { number(value, digits: value < 10 ? 1 : 0) }
    return "1 cell = \(text(pixels.across))x\(text(pixels.down)) px"
  }

  /// Turned and mirrored, where it is.
  static func orientation(_ transform: ViewTransform) -> String {
    var words: [String] = []
    if transform.isMirrored { words.append("mirrored") }
    if transform.quarterTurns > 0 { words.append("turned \(transform.quarterTurns * 90)°") }
    return words.joined(separator: " ")
  }

  /// The value under a point: `412,233: 38 HU`; nil outside of the image.
  static func probe(_ point: ImagePoint, _ facts: ImageFacts) -> String? {
    guard point.x >= 0, point.y >= 0, point.x < Double(facts.frame.columns),
      point.y < Double(facts.frame.rows)
    else { return nil }
    let column = Int(point.x)
    let row = Int(point.y)
    let place = "\(column),\(row): "
    let index = row * facts.frame.columns + column
    if facts.frame.samplesPerPixel == 3 {
      let parts = (0..<3).compactMap { facts.frame.pixels.value(at: index * 3 + $0) }
      return place + "RGB " + parts.map { number($0, digits: 0) }.joined(separator: " ")
    }
    guard let stored = facts.frame.pixels.value(at: index) else { return nil }
    guard facts.isGray else { return place + "index \(number(stored, digits: 0))" }
    if facts.parameters.padding.map({ Double($0.lowerBound)...Double($0.upperBound) ~= stored })
      == true
    {
      return place + "no pixel (padding)"
    }
    let value = facts.parameters.modality.value(stored)
    let unit = facts.parameters.unit
    let isStored = facts.parameters.modality == .identity
    return place + number(value, digits: 2)
      + (unit.isEmpty ? (isStored ? " stored" : "") : " \(unit)")
  }
}
