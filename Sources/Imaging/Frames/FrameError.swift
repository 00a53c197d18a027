public import DICOM
public import Foundation

/// Why a frame cannot be shown. Each case names the file; the texts say what to do.
public enum FrameError: Error, Sendable, Equatable, LocalizedError, CustomStringConvertible {
  /// The file itself cannot be read.
  case file(DICOMError)
  /// The data set has no pixel data.
  case noPixelData(file: String)
  /// An attribute that describes the pixels is missing or wrong.
  case attribute(file: String, tag: Tag, problem: String)
  /// Pixel data ends before the frame does. Frames count from 0.
  case truncated(file: String, frame: Int, expected: Int, available: Int)
  /// There are not as many frames.
  case noSuchFrame(file: String, frame: Int, count: Int)
  /// The codec is not supported here.
  case unsupported(file: String, problem: String)
  /// A bound that protects this machine was reached.
  case limit(file: String, problem: String)
  /// The codestream is damaged or contradicts the data set; `problem` are the codec's words.
  case damaged(file: String, frame: Int, problem: String)
  /// The decoder process ended while it worked on this frame.
  case decoderLost(file: String, frame: Int, reason: String)
  /// The decoder process cannot be started.
  case decoderMissing(reason: String)

  public var errorDescription: String? { description }

  public var description: String {
    switch self {
    case .file(let error): error.description
    case .noPixelData(let file):
      "\(file): it has no pixel data. Nothing can be shown of it but its attributes."
    case .attribute(let file, let tag, let problem):
      "\(file): \(tag) \(Self.name(tag)) \(problem). Export the file again from its source."
    case .truncated(let file, let frame, let expected, let available):
      "\(file): pixel data ends within frame \(frame + 1): expected \(expected) bytes, "
        + "\(available) are there. Copy the file again from its source."
    case .noSuchFrame(let file, let frame, let count):
      "\(file): there is no frame \(frame + 1); it has \(count)."
    case .unsupported(let file, let problem):
      "\(file): \(problem). Export it again uncompressed or in a standard compression."
    case .limit(let file, let problem): "\(file): refused: \(problem)."
    case .damaged(let file, let frame, let problem):
      "\(file): frame \(frame + 1) is damaged: \(problem). Export the file again from its source."
    case .decoderLost(let file, let frame, let reason):
      "\(file): frame \(frame + 1) cannot be decoded: \(reason). Other images are not affected; "
        + "export this file again from its source."
    case .decoderMissing(let reason):
      "Compressed images cannot be shown: \(reason). Install radrelay-decoder beside radrelay."
    }
  }

  private static func name(_ tag: Tag) -> String {
    DataDictionary.standard[tag]?.name ?? ""
  }
}
