import DICOM
import Foundation
import Imaging
import Screen
import Testing
import Workstation

@testable import Runtime

/// Enhanced files of several frames (DICOM PS3.3 C.7.6.16): where and how a frame is shown stands in
/// its functional groups.
@Suite struct EnhancedStackTests {
  /// An enhanced CT of 4 x 4 pixels a frame.
  /// - Parameter places: the positions of the frames along the head's axis, in the file's order.
  static func file(_ places: [Double]) throws -> [UInt8] {
    var measures = DataSet()
    measures.set(.pixelSpacing, .ds, doubles: [2, 0.5])
    var orientation = DataSet()
    orientation.set(.imageOrientationPatient, .ds, doubles: [1, 0, 0, 0, 1, 0])
    var shared = DataSet()
    shared.set(Tag(0x0028, 0x9110), items: [measures])
    shared.set(Tag(0x0020, 0x9116), items: [orientation])
    let frames = places.enumerated().map { index, place in
      var position = DataSet()
      position.set(.imagePositionPatient, .ds, doubles: [0, 0, place])
      var rescale = DataSet()
      rescale.set(.rescaleIntercept, .ds, doubles: [Double(-1000 * index)])
      rescale.set(.rescaleSlope, .ds, doubles: [2])
      rescale.set(Tag(0x0028, 0x1054), .lo, "HU")
      var window = DataSet()
      window.set(.windowCenter, .ds, doubles: [Double(100 + index)])
      window.set(.windowWidth, .ds, doubles: [400])
      var group = DataSet()
      group.set(Tag(0x0020, 0x9113), items: [position])
      group.set(Tag(0x0028, 0x9145), items: [rescale])
      group.set(Tag(0x0028, 0x9132), items: [window])
      return group
    }
    var set = DataSet()
    set.set(.sopClassUID, .ui, "1.2.840.10008.5.1.4.1.1.2.1")
    set.set(.sopInstanceUID, .ui, "2.25.71.1")
    set.set(.studyInstanceUID, .ui, "2.25.71")
    set.set(.seriesInstanceUID, .ui, "2.25.71.2")
    set.set(.modality, .cs, "CT")
    set.set(.patientName, .pn, "DOE^Jane")
    set.set(.instanceNumber, .is, ints: [1])
    set.set(.numberOfFrames, .is, ints: [places.count])
    set.set(.samplesPerPixel, .us, ints: [1])
    set.set(.photometricInterpretation, .cs, "MONOCHROME2")
    set.set(.rows, .us, ints: [4])
    set.set(.columns, .us, ints: [4])
    set.set(.bitsAllocated, .us, ints: [16])
    set.set(.bitsStored, .us, ints: [16])
    set.set(.highBit, .us, ints: [15])
    set.set(.pixelRepresentation, .us, ints: [0])
    set.set(Tag(0x5200, 0x9229), items: [shared])
    set.set(Tag(0x5200, 0x9230), items: frames)
    set.set(.pixelData, .ow, ints: places.indices.flatMap { Array(repeating: $0, count: 16) })
    return try DICOMWriter.part10(set)
  }

  @Test(.timeLimit(.minutes(15))) func framesLieInTheOrderOfTheirPlaces() async throws {
    let folder = try TestFolder()
    try Data(try Self.file([6, 0, 9, 3])).write(to: folder.url.appendingPathComponent("E"))
    let viewer = StudyViewer()
    viewer.send(.open(.paths([folder.url.path]), generation: 1))
    var studies: [ViewerStudy] = []
    for await answer in viewer.answers {
      if case .studies(1, let found) = answer {
        studies = found
        break
      }
      if case .failed(_, let text) = answer {
        Issue.record("\(text)")
        return
      }
    }
    let images = try #require(studies.first?.series.first).images
    #expect(images.map(\.frame) == [1, 3, 0, 2])
    #expect(images.compactMap(\.distance) == [0, 3, 6, 9])
    // The second of the stack is the file's fourth frame, with what its own groups say.
    viewer.send(
      .picture(
        PictureRequest(
          generation: 1, serial: 1, tile: 0,
          wish: PictureWish(
            series: 0, position: 1, viewport: Viewport(width: 4, height: 4)))))
    for await answer in viewer.answers {
      guard case .picture(_, let picture) = answer else { continue }
      #expect(picture.image == images[1])
      #expect(picture.facts.frame.pixels.value(at: 0) == 3)
      #expect(picture.facts.parameters.modality.value(3) == -2994)
      #expect(picture.facts.parameters.unit == "HU")
      #expect(
        picture.facts.parameters.views.first?.transform
          == .window(GrayWindow(center: 103, width: 400), .linear))
      #expect(picture.facts.scale.spacing?.row == 2 && picture.facts.scale.spacing?.column == 0.5)
      #expect(picture.facts.letters?.left == "R" && picture.facts.letters?.top == "A")
      #expect(picture.facts.slice?.depth == 3)
      break
    }
  }

  /// Two phases of the same slices are two stacks, not slices in pairs; without all places the
  /// file's order stays.
  @Test func phasesAndUnknownPlaces() {
    #expect(StudyReader.order(of: [3, 0, 3, 0, 6, 6], count: 6) == [1, 0, 4, 3, 2, 5])
    #expect(StudyReader.order(of: [3, nil, 0], count: 3) == [0, 1, 2])
    #expect(StudyReader.order(of: [], count: 3) == [0, 1, 2])
    #expect(StudyReader.order(of: [0.000_04, 0, 1], count: 3) == [0, 2, 1])
  }
}
