public import DICOM

extension InspectRecord {
  /// Decodes the first frame and adds what it holds, or why it cannot be had.
  public mutating func addFirstFrame() {
    guard parseOK && hasPixel else { return }
    do throws(FrameError) {
      let frame = try FrameReader(path: path).frame(0, colour: .stored)
      frame0 = frame.summary
      if let noticed = frame.warning { warning = warning.map { "\($0) \(noticed)" } ?? noticed }
    } catch {
      frame0Error = error.description
    }
  }
}
