import DICOM
import Foundation
import TestSupport
import Testing

@Suite struct StudyIndexTests {
  static func slice(
    _ number: Int, at z: Double?, series: String = "1.2.1", sop: String? = nil
  ) -> ScannedInstance {
    var instance = ScannedInstance(path: "/in/\(series)/\(number)", byteCount: 100)
    instance.sopInstanceUID = sop ?? "\(series).\(number)"
    instance.studyInstanceUID = "1.2"
    instance.seriesInstanceUID = series
    instance.seriesNumber = 1
    instance.instanceNumber = number
    instance.patientName = "DEMO^A"
    instance.patientID = "1"
    instance.modality = "CT"
    if let z {
      instance.position = Vector3(-100, -100, z)
      instance.normal = Vector3(0, 0, 1)
    }
    return instance
  }

  static func index(_ instances: [ScannedInstance]) -> IndexedSeries? {
    var index = StudyIndex()
    for instance in instances { index.add(instance) }
    return index.studies().first?.series.first
  }

  @Test func slicesAreSortedAlongTheirNormal() throws {
    // Numbered from feet to head, positions from head to feet.
    let series = try #require(
      Self.index([3, 1, 4, 2].map { Self.slice($0, at: Double(-5 * $0)) }))
    #expect(series.isSortedByPosition)
    #expect(series.instances.map(\.number) == [4, 3, 2, 1])
    #expect(series.instances.map(\.distance) == [-20, -15, -10, -5])
    // Two phases at each place: by number there.
    let phases = try #require(
      Self.index([1, 2, 3, 4].map { Self.slice($0, at: Double(($0 - 1) % 2)) }))
    #expect(phases.instances.map(\.number) == [1, 3, 2, 4])
  }

  @Test func obliqueNormalsDecide() throws {
    let normal = try #require(Vector3.normal(ofOrientation: [0, 1, 0, 0, 0, -1]))
    #expect(normal == Vector3(-1, 0, 0))
    let instances = (1...3).map { number in
      var instance = Self.slice(number, at: nil)
      instance.position = Vector3(Double(number), 0, 0)
      instance.normal = normal
      return instance
    }
    #expect(try #require(Self.index(instances)).instances.map(\.number) == [3, 2, 1])
    for nonsense in [
      [], [1, 0, 0, 1, 0, 0], [0, 0, 0, 0, 0, 0], [1, 0, 0, 0, .nan, 0], [2, 0, 0, 0, 1, 0],
    ] {
      #expect(Vector3.normal(ofOrientation: nonsense) == nil)
    }
  }

  @Test func withoutProofTheNumberDecides() throws {
    let missing = try #require(
      Self.index([Self.slice(2, at: 1), Self.slice(1, at: 2), Self.slice(3, at: nil)]))
    #expect(!missing.isSortedByPosition && missing.instances.map(\.number) == [1, 2, 3])
    var coronal = Self.slice(2, at: 1)
    coronal.normal = Vector3(0, 1, 0)
    let mixed = try #require(Self.index([coronal, Self.slice(1, at: 2), Self.slice(3, at: 0)]))
    #expect(!mixed.isSortedByPosition && mixed.instances.map(\.number) == [1, 2, 3])
  }

  @Test func gapsInPositionsAreNamedChangesOfSpacingAreNot() throws {
    let gap = try #require(
      Self.index([0, 5, 10, 25, 30, 35].enumerated().map { Self.slice($0.offset, at: $0.element) }))
    #expect(gap.notes == [.missingSlices(count: 2, from: 10, to: 25)])
    #expect(
      gap.notes[0].words(of: gap)
        == "Series 1: 2 slices are missing between the positions 10.0 and 25.0 mm.")
    let uneven = try #require(
      Self.index(
        [0, 2.5, 5, 7.5, 12.5, 17.5, 22.5].enumerated()
          .map { Self.slice($0.offset, at: $0.element) }))
    #expect(uneven.notes.isEmpty)
    let numbers = try #require(Self.index([1, 2, 3, 6, 7, 8].map { Self.slice($0, at: nil) }))
    #expect(numbers.notes == [.missingNumbers(count: 2, first: 1, last: 8)])
  }

  @Test func duplicatesKeepTheFirstPathWhateverTheOrder() throws {
    var other = Self.slice(1, at: 0)
    other.path = "/in/a-copy"
    other.duplicate = ScannedInstance.Duplicate(path: "/in/1.2.1/1", isIdentical: false)
    var third = other
    third.path = "/in/z-copy"
    third.duplicate?.isIdentical = true
    for order in [[Self.slice(1, at: 0), other, third], [third, other, Self.slice(1, at: 0)]] {
      var index = StudyIndex()
      for (place, instance) in order.enumerated() {
        var instance = instance
        if place == 0 { instance.duplicate = nil }
        index.add(instance)
        // Sorting in between must not lose the places.
        _ = index.studies()
      }
      let study = try #require(index.studies().first)
      #expect(study.instanceCount == 1)
      #expect(study.series[0].instances[0].path == "/in/1.2.1/1")
      guard case .duplicates(let counts) = study.notes.first else {
        Issue.record("no note of duplicates")
        return
      }
      #expect(counts.total == 2 && counts.paths == ["/in/a-copy", "/in/z-copy"])
    }
  }

  @Test func missingIdentifiersAreNotes() throws {
    var index = StudyIndex()
    var nameless = Self.slice(1, at: nil)
    nameless.studyInstanceUID = ""
    nameless.seriesInstanceUID = ""
    index.add(nameless)
    var none = nameless
    none.sopInstanceUID = ""
    index.add(none)
    let study = try #require(index.studies().first)
    #expect(study.notes == [.noStudyUID] && study.series[0].notes == [.noSeriesUID])
    #expect(study.instanceCount == 1)
  }

  @Test func studiesAreBuiltAnewOnlyWhenTheyChange() throws {
    var index = StudyIndex()
    index.add(Self.slice(1, at: 0))
    let first = try #require(index.studies().first)
    #expect(index.studies().first?.revision == first.revision)
    index.add(Self.slice(2, at: 5))
    #expect(try #require(index.studies().first).revision == first.revision + 1)
    #expect(index.studies().first?.instanceCount == 2)
  }

  @Test(.enabled(if: SharedData.folder != nil, "needs RADRELAY_SHARED"), .timeLimit(.minutes(15)))
  func realVolumesAreInOrder() async throws {
    let folder = try #require(SharedData.dicom)
    for (name, count) in [("series_ct_ge", 28), ("series_mr_mayo", 80)] {
      var index = StudyIndex()
      for await event in Scanner.scan(roots: [folder.appendingPathComponent(name).path]) {
        for instance in event.instances { index.add(instance) }
      }
      let series = index.studies().flatMap(\.series)
      let largest = try #require(series.max { $0.instances.count < $1.instances.count })
      #expect(largest.instances.count == count, "\(name)")
      #expect(largest.isSortedByPosition, "\(name)")
      // Tilted and unevenly spaced: no complaint.
      #expect(largest.notes.isEmpty, "\(name): \(largest.notes)")
      let distances = largest.instances.compactMap(\.distance)
      #expect(distances == distances.sorted() && Set(distances).count == count, "\(name)")
      // The same by the whole reader: position on the normal.
      let expected = try largest.instances.map { instance in
        let set = try DICOMFile.read(path: instance.path, options: .header).dataSet
        let position = (set.doubles(.imagePositionPatient) ?? []).compactMap { $0 }
        let normal = try #require(
          Vector3.normal(
            ofOrientation: (set.doubles(.imageOrientationPatient) ?? []).compactMap { $0 }))
        return Vector3(position[0], position[1], position[2]).dot(normal)
      }
      for (own, other) in zip(distances, expected) { #expect(abs(own - other) < 0.01) }
    }
  }
}
