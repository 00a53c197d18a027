import DICOM
import Foundation
import Imaging
import TestSupport
import Testing

/// Real files: what the program shows against what trusted tools read of them.
@Suite struct TruthWindowTests {
  private struct Truth: Decodable {
    var path: String
    var photometric: String?
    var slope: Double?
    var intercept: Double?
    var center: Numbers?
    var width: Numbers?
    var isParsed: Bool?
    var frame: Frame0?

    private enum CodingKeys: String, CodingKey {
      case path
      case photometric = "PhotometricInterpretation"
      case slope = "RescaleSlope"
      case intercept = "RescaleIntercept"
      case center = "WindowCenter"
      case width = "WindowWidth"
      case isParsed = "parse_ok"
      case frame = "frame0"
    }

    struct Frame0: Decodable { var shape: [Int] }

    /// One number or several.
    struct Numbers: Decodable {
      var values: [Double]
      init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        values =
          try (try? container.decode([Double].self)) ?? [container.decode(Double.self)]
      }
    }
  }

  private static func truths() throws -> [Truth] {
    let file = try #require(SharedData.dicom).appendingPathComponent("truth.jsonl")
    let text = try String(contentsOf: file, encoding: .utf8)
    // Rows with values of other shapes are none that a window is compared for.
    return text.split(separator: "\n").compactMap {
      try? JSONDecoder().decode(Truth.self, from: Data($0.utf8))
    }
  }

  /// The window is computed here from the truth table's numbers.
  @Test(.enabled(if: SharedData.folder != nil, "RADRELAY_SHARED names no shared data"))
  func windowsOfFiles() throws {
    let folder = try #require(SharedData.dicom)
    var compared = 0
    for truth in try Self.truths() where truth.isParsed == true && truth.frame != nil {
      guard truth.photometric?.hasPrefix("MONOCHROME") == true,
        let center = truth.center?.values.first,
        let width = truth.width?.values.first, width >= 1,
        // Whole numbers and halves: what the reference computes without rounding.
        let twice = Int(exactly: center * 2), let whole = Int(exactly: width),
        let slope = Int(exactly: truth.slope ?? 1),
        let intercept = Int(exactly: truth.intercept ?? 0), slope != 0,
        let reader = try? FrameReader(path: folder.appendingPathComponent(truth.path).path),
        let frame = try? reader.frame(0), case let pixels = frame.pixels
      else { continue }
      let parameters = DisplayParameters(reader, frame: 0)
      guard case .rescale = parameters.modality, let view = parameters.views.first,
        case .window(_, .linear) = view.transform
      else { continue }
      var renderer = FrameRenderer()
      let image = renderer.render(frame, parameters, overlays: false)
      let isInverse = truth.photometric == "MONOCHROME1"
      let wrong = (0..<pixels.count).first { index in
        guard let stored = pixels.value(at: index), let value = Int(exactly: stored) else {
          return false
        }
        let gray = Reference.linear(
          value * slope + intercept, twiceCenter: twice, width: whole)
        return image.pixels[index] != (isInverse ? 255 - gray : gray)
      }
      #expect(wrong == nil, "\(truth.path) at \(wrong ?? 0)")
      compared += 1
    }
    #expect(compared > 20, "only \(compared) files were compared")
  }

  /// Whatever a file holds, showing it ends; letters and millimetres come only from what proves
  /// them.
  @Test(.enabled(if: SharedData.folder != nil, "RADRELAY_SHARED names no shared data"))
  func everyFileIsShownOrRefused() throws {
    let folder = try #require(SharedData.dicom)
    var shown = 0
    let paths = FileManager.default.enumerator(atPath: folder.path)?.allObjects ?? []
    for case let path as String in paths where path.hasSuffix(".dcm") {
      guard let reader = try? FrameReader(path: folder.appendingPathComponent(path).path),
        let frame = try? reader.frame(0)
      else { continue }
      var renderer = FrameRenderer()
      let image = renderer.render(frame, DisplayParameters(reader, frame: 0))
      #expect(image.width == frame.columns && image.height == frame.rows, "\(path)")
      shown += 1
      let dataSet = reader.file.dataSet
      if OrientationLetters(dataSet: dataSet, frame: 0) != nil {
        let groups = [DICOM.Tag(0x5200, 0x9229), DICOM.Tag(0x5200, 0x9230)]
        let proof =
          dataSet[.imageOrientationPatient] != nil || dataSet[DICOM.Tag(0x0020, 0x0020)] != nil
          || groups.contains { dataSet[$0] != nil }
        #expect(proof, "\(path) has letters without an orientation")
      }
    }
    #expect(shown > 100)
  }
}
