import DICOM
import Foundation
import TestSupport

extension ClientWorkplace {
  /// The instances that the gateway with its built-in archive holds, each once, as their headers
  /// say.
  func archived() -> [ScannedInstance] {
    let paths = FileManager.default.enumerator(atPath: data.path)?.compactMap { $0 as? String }
    let found = (paths ?? []).compactMap {
      try? ScannedInstance.read(path: data.appendingPathComponent($0).path)
    }
    return Dictionary(
      found.map { ($0.sopInstanceUID, $0) }, uniquingKeysWith: { first, _ in first }
    )
    .values.sorted { $0.sopInstanceUID < $1.sopInstanceUID }
  }
}

extension ClientScreen {
  /// A click with the left button, as a terminal reports it (SGR, mode 1006), on the first place
  /// where a text stands, or so many columns from it.
  func click(_ text: String, columns: Int = 0) {
    let screen = terminal.screen
    for y in 0..<screen.rows {
      let line = screen.line(y)
      guard let place = line.range(of: text) else { continue }
      let x = line.distance(from: line.startIndex, to: place.lowerBound) + columns + 1
      type("\u{1B}[<0;\(x);\(y + 1)M\u{1B}[<0;\(x);\(y + 1)m")
      return
    }
  }
}
