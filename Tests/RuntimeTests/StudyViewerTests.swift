import DICOM
import Domain
import Foundation
import Imaging
import Screen
import TestSupport
import Testing
import Workstation

@testable import Runtime

/// The real viewer service over files that the tests write.
@Suite struct StudyViewerTests {
  /// Slices of 16 x 16 pixels, all of one value that grows with the slice; written in no order.
  static func write(
    _ count: Int, to folder: URL, patient: String = "DOE^Jane", study: String = "2.25.7"
  ) throws -> [String] {
    var paths: [String] = []
    for number in (0..<count).reversed() {
      var set = DataSet()
      set.set(.sopClassUID, .ui, "1.2.840.10008.5.1.4.1.1.2")
      set.set(.sopInstanceUID, .ui, "\(study).1.\(number + 1)")
      set.set(.studyInstanceUID, .ui, study)
      set.set(.seriesInstanceUID, .ui, "\(study).1")
      set.set(.modality, .cs, "CT")
      set.set(.patientName, .pn, patient)
      set.set(.patientID, .lo, "P-1")
      set.set(.seriesDescription, .lo, "Body")
      set.set(.instanceNumber, .is, ints: [count - number])
      set.set(.imagePositionPatient, .ds, doubles: [0, 0, Double(number) * 3])
      set.set(.imageOrientationPatient, .ds, doubles: [1, 0, 0, 0, 1, 0])
      set.set(.frameOfReferenceUID, .ui, "\(study).9")
      set.set(.pixelSpacing, .ds, doubles: [0.5, 0.5])
      set.set(.samplesPerPixel, .us, ints: [1])
      set.set(.photometricInterpretation, .cs, "MONOCHROME2")
      set.set(.rows, .us, ints: [16])
      set.set(.columns, .us, ints: [16])
      set.set(.bitsAllocated, .us, ints: [16])
      set.set(.bitsStored, .us, ints: [16])
      set.set(.highBit, .us, ints: [15])
      set.set(.pixelRepresentation, .us, ints: [0])
      set.set(.windowCenter, .ds, doubles: [128])
      set.set(.windowWidth, .ds, doubles: [256])
      set.set(.pixelData, .ow, ints: Array(repeating: number * 10, count: 256))
      let file = folder.appendingPathComponent("F\(number)")
      try Data(try DICOMWriter.part10(set)).write(to: file)
      paths.append(file.path)
    }
    return paths
  }

  /// Asks, and gives the answers until one is what a test waits for.
  private func answers(
    _ viewer: StudyViewer, until isLast: (ViewerAnswer) -> Bool
  ) async -> [ViewerAnswer] {
    var all: [ViewerAnswer] = []
    for await answer in viewer.answers {
      all.append(answer)
      if isLast(answer) { break }
    }
    return all
  }

  private func open(_ viewer: StudyViewer, _ paths: [String], _ generation: Int = 1) async
    -> ViewerAnswer?
  {
    viewer.send(.open(.paths(paths), generation: generation))
    return await answers(viewer) {
      switch $0 {
      case .studies, .failed: true
      default: false
      }
    }.last
  }

  private func request(_ position: Int, serial: Int, generation: Int = 1) -> PictureRequest {
    PictureRequest(
      generation: generation, serial: serial, tile: 0,
      wish: PictureWish(
        series: 0, position: position, viewport: Viewport(width: 8, height: 8)))
  }

  @Test(.timeLimit(.minutes(15))) func aStudyAndItsPictures() async throws {
    let folder = try TestFolder()
    let paths = try Self.write(8, to: folder.url)
    let viewer = StudyViewer()
    guard case .studies(1, let studies) = await open(viewer, [folder.url.path]) else {
      Issue.record("no studies")
      return
    }
    let series = try #require(studies.first?.series.first)
    #expect(studies.count == 1 && series.images.count == 8)
    #expect(studies[0].summary.patientID == "P-1" && series.description == "Body")
    // In the order of the positions, which is not that of the instance numbers.
    #expect(series.images.compactMap { $0.number } == [8, 7, 6, 5, 4, 3, 2, 1])
    #expect(series.images.compactMap { $0.distance } == (0..<8).map { Double($0) * 3 })
    viewer.send(.picture(request(5, serial: 1)))
    let answer = await answers(viewer) { if case .picture = $0 { true } else { false } }.last
    guard case .picture(let asked, let picture) = answer else {
      Issue.record("no picture")
      return
    }
    #expect(asked.serial == 1 && picture.image == series.images[5])
    // 50 in a window of 256 around 128.
    #expect(picture.raster == Raster(width: 8, height: 8, pixels: Array(repeating: 50, count: 64)))
    #expect(picture.facts.slice?.depth == 15)
    #expect(picture.facts.letters?.left == "R")
    viewer.send(.metadata(generation: 1, study: 0, series: 0, position: 5))
    let last = await answers(viewer) { if case .metadata = $0 { true } else { false } }.last
    guard case .metadata(1, let document) = last else { return }
    #expect(document.file == paths.first { $0.hasSuffix("F5") })
    #expect(
      document.lines.contains { $0.name == "Patient's Name" && $0.value == "DOE^Jane" })
  }

  @Test(.timeLimit(.minutes(15))) func aCutFileKeepsItsPlace() async throws {
    let folder = try TestFolder()
    let paths = try Self.write(5, to: folder.url)
    let broken = try #require(paths.first { $0.hasSuffix("F2") })
    let whole = try Data(contentsOf: URL(fileURLWithPath: broken))
    try whole.dropLast(100).write(to: URL(fileURLWithPath: broken))
    let viewer = StudyViewer()
    guard case .studies(1, let studies) = await open(viewer, paths) else {
      Issue.record("no studies")
      return
    }
    #expect(studies.first?.series.first?.images.count == 5)
    viewer.send(.picture(request(2, serial: 1)))
    let answer = await answers(viewer) { if case .broken = $0 { true } else { false } }.last
    guard case .broken(let asked, let file, let problem) = answer else { return }
    #expect(asked.wish.position == 2 && file == broken && problem.contains(broken))
    viewer.send(.picture(request(3, serial: 2)))
    _ = await answers(viewer) { if case .picture = $0 { true } else { false } }
  }

  @Test(.timeLimit(.minutes(15))) func filesThatAreGoneAreNamed() async throws {
    let folder = try TestFolder()
    let paths = try Self.write(3, to: folder.url)
    for path in paths { try FileManager.default.removeItem(atPath: path) }
    guard case .failed(1, let text) = await open(StudyViewer(), paths) else {
      Issue.record("something was found")
      return
    }
    #expect(text.contains("no longer on this computer") && text.contains(paths[0]))
  }

  @Test(.timeLimit(.minutes(15))) func patientsAreKeptApart() async throws {
    let folder = try TestFolder()
    for (index, name) in ["DOE^Jane", "ROE^Richard"].enumerated() {
      let own = folder.url.appendingPathComponent("\(index)")
      try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
      _ = try Self.write(2, to: own, patient: name, study: "2.25.8\(index)")
    }
    guard case .studies(1, let studies) = await open(StudyViewer(), [folder.url.path]) else {
      Issue.record("no studies")
      return
    }
    #expect(studies.map { $0.summary.patientName } == ["DOE^Jane", "ROE^Richard"])
  }

  /// Only what was asked last is shown; what was open before is not answered any more.
  @Test(.timeLimit(.minutes(15))) func whatWasLeftIsNotAnswered() async throws {
    let folder = try TestFolder()
    _ = try Self.write(4, to: folder.url)
    let viewer = StudyViewer()
    _ = await open(viewer, [folder.url.path])
    _ = await open(viewer, [folder.url.path], 2)
    viewer.send(.picture(request(1, serial: 1)))
    viewer.send(.picture(request(2, serial: 2, generation: 2)))
    let seen = await answers(viewer) { if case .picture = $0 { true } else { false } }
    let generations = seen.compactMap {
      if case .picture(let request, _) = $0 { request.generation } else { nil }
    }
    #expect(generations == [2])
  }

  @Test func theCacheStaysWithinItsLimit() throws {
    let image = try #require(
      DecodedImage(gray: Array(repeating: 1, count: 1_000), width: 100, height: 10))
    let cache = FrameCache(limit: 10_000)
    for number in 0..<100 {
      _ = cache.frame(.init(file: number, frame: 0)) { () throws(FrameError) in image }
      #expect(cache.byteCount <= 10_000)
    }
    #expect(cache.has(.init(file: 99, frame: 0)) && !cache.has(.init(file: 0, frame: 0)))
    var made = 0
    _ = cache.frame(.init(file: 99, frame: 0)) { () throws(FrameError) in
      made += 1
      return image
    }
    #expect(made == 0)
    cache.removeAll()
    #expect(cache.byteCount == 0)
  }

  /// Two threads that want one frame decode it once.
  @Test func aFrameIsDecodedOnce() async throws {
    let image = try #require(DecodedImage(gray: [1], width: 1, height: 1))
    let cache = FrameCache(limit: 1_000)
    let counter = Counter()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<4 {
        group.addTask {
          _ = cache.frame(.init(file: 1, frame: 0)) { () throws(FrameError) in
            counter.add()
            usleep(20_000)
            return image
          }
        }
      }
    }
    #expect(counter.value == 1)
  }
}

/// Counts from several threads.
final class Counter: @unchecked Sendable {
  // @unchecked: guarded by the lock.
  private let lock = NSLock()
  private var count = 0
  func add() { lock.withLock { count += 1 } }
  var value: Int { lock.withLock { count } }
}

/// A folder that goes with its test.
final class TestFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory
      .appendingPathComponent("viewer-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }
}
