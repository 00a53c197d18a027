import DICOM
import Domain
import Foundation
import Testing

@Suite struct OrganiserTests {
  @Test func aMixtureIsFlaggedAndSplitByPatient() throws {
    var organiser = OrganiserMaker.mixed()
    #expect(organiser.containers.map(\.count) == [5, 4])
    var flags = organiser.flags()
    #expect(flags[0].mixture.patients.count == 2)
    #expect(flags[0].objection?.hasPrefix("Different patients in one study") == true)
    #expect(flags[1].objection == nil)
    let new = organiser.split(0, by: .patient)
    #expect(new == [2])
    flags = organiser.flags()
    #expect(flags.allSatisfy { $0.objection == nil })
    #expect(organiser.containers.map(\.count) == [3, 4, 2])
    // The first patient keeps the study; the second one is what its first file says, with a new
    // Study Instance UID.
    let added = organiser.containers[2].identity
    #expect(added.patientName == "BOB^Test")
    #expect(added.patientID == "ID-BOB")
    #expect(added.studyInstanceUID != "1.1" && UID.isValid(added.studyInstanceUID))
    let result = organiser.result()
    #expect(result.map(\.scanned.files.count) == [3, 4, 2])
    #expect(result[0].scanned.files.allSatisfy { $0.rewrite == nil })
    let rewrites = result[2].scanned.files.compactMap(\.rewrite)
    #expect(rewrites.count == 2)
    for rewrite in rewrites {
      #expect(rewrite[.studyInstanceUID] == added.studyInstanceUID)
      // The series is divided between two studies.
      #expect(rewrite[.seriesInstanceUID] != nil)
      #expect(rewrite[.patientName] == nil)
      #expect(rewrite[.sopInstanceUID].map(UID.isValid) == true)
    }
    #expect(Set(rewrites.map { $0[.seriesInstanceUID] }).count == 1)
    #expect(Set(rewrites.map { $0[.sopInstanceUID] }).count == 2)
    #expect(result[2].record.contains { $0.contains("2 images moved here from study 1.1") })
  }

  /// A mixed study is called by one of its patients; after a split each part is called by its own.
  @Test func noPartKeepsTheOtherPatientsName() throws {
    typealias Slice = OrganiserMaker.Slice
    for patients in [["ADA", "BOB"], ["BOB", "ADA"]] {
      var organiser = OrganiserMaker.organiser(
        (1...5).map {
          Slice(patient: patients[$0 / 4], study: "1.1", series: "1.1.1", number: $0)
        })
      for stays in ["ADA^Test", "BOB^Test"] {
        // Whoever the study was called by, whoever is moved out.
        var others = RangeSet<Int>()
        for (place, instance) in organiser.instances.enumerated()
        where instance.found.patientName != stays {
          others.insert(contentsOf: place..<place + 1)
        }
        organiser.newContainer(with: others)
        for container in organiser.containers where !container.isEmpty {
          let said = container.members.ranges.joined().map {
            organiser.instances[$0].found.patientName
          }
          #expect(Set(said) == [container.identity.patientName])
        }
        #expect(
          organiser.result().map(\.scanned.study.patientName).sorted() == [
            "ADA^Test", "BOB^Test",
          ])
        let isUndone = organiser.undo()
        #expect(isUndone)
      }
    }
  }

  @Test func aWholeSeriesKeepsItsUIDAndAPartGetsANewOne() throws {
    var organiser = OrganiserMaker.organiser(
      (1...2).map { .init(patient: "ADA", study: "1.1", series: "1.1.1", number: $0) }
        + (1...3).map { .init(patient: "ADA", study: "1.1", series: "1.1.2", number: $0) }
        + (1...2).map { .init(patient: "ADA", study: "1.2", series: "1.2.1", number: $0) })
    let target = 1
    expect(organiser.move(OrganiserMaker.set(0, 1), to: target))
    var moved = organiser.result()[1].scanned.files.compactMap(\.rewrite)
    #expect(moved.count == 2)
    #expect(moved.allSatisfy { $0[.seriesInstanceUID] == nil && $0[.studyInstanceUID] == "1.2" })
    expect(organiser.move(OrganiserMaker.set(2), to: target))
    moved = organiser.result()[1].scanned.files.compactMap(\.rewrite)
    #expect(moved.compactMap { $0[.seriesInstanceUID] }.count == 1)
    // The same again gives the same UIDs.
    var again = organiser
    expect(again.undo() && again.redo())
    #expect(again.result() == organiser.result())
  }

  @Test func seriesOfTwoStudiesWithOneUIDAreKeptApart() throws {
    var organiser = OrganiserMaker.organiser(
      (1...2).map {
        .init(patient: "ADA", study: "1.1", series: "9.9", number: $0, sop: "5.\($0)")
      }
        + (1...2).map {
          .init(patient: "ADA", study: "1.2", series: "9.9", number: $0, sop: "6.\($0)")
        })
    expect(organiser.merge([0], into: 1))
    let files = try #require(organiser.result().first).scanned.files
    #expect(files.count == 4)
    let series = Set(files.map { $0.rewrite?[.seriesInstanceUID] ?? $0.seriesInstanceUID })
    #expect(series.count == 2)
    #expect(organiser.result()[0].scanned.objection == nil)
  }

  @Test func whatIsMovedToAnotherPatientNeedsAReasonThatHoldsForThatMixtureOnly() throws {
    var organiser = OrganiserMaker.mixed()
    organiser.split(0, by: .patient)
    expect(organiser.move(OrganiserMaker.set(0), to: 1))
    #expect(organiser.flags()[1].objection != nil)
    expect(!organiser.override(1, reason: "   "))
    expect(organiser.override(1, reason: "wrong worklist\n entry"))
    #expect(organiser.flags()[1].objection == nil)
    #expect(organiser.flags()[1].overrideReason == "wrong worklist entry")
    let result = try #require(organiser.result().first { $0.id == 1 })
    #expect(result.record.contains { $0.hasSuffix("reason: wrong worklist entry") })
    #expect(result.record.contains { $0.contains("of another patient") })
    let moved = try #require(result.scanned.files.compactMap(\.rewrite).first)
    #expect(moved[.patientName] == "CARL^Test" && moved[.patientID] == "ID-CARL")
    #expect(moved[.studyInstanceUID] == "1.2" && moved[.accessionNumber] == "A1.2")
    // A third patient was not meant.
    expect(organiser.move(OrganiserMaker.set(3), to: 1))
    #expect(organiser.flags()[1].objection != nil)
    // Moved back, everything is as it was.
    expect(organiser.move(OrganiserMaker.set(0, 3), to: 0))
    #expect(organiser.result().first { $0.id == 0 }?.scanned.files[0].rewrite == nil)
  }

  @Test func whatAPersonSetsHoldsForAllFiles() throws {
    var organiser = OrganiserMaker.mixed()
    var identity = organiser.containers[1].identity
    identity.patientName = "CARLA^Test"
    identity.patientBirthDate = ""
    expect(organiser.edit(1, identity))
    expect(!organiser.edit(1, identity))
    let files = organiser.result()[1].scanned.files
    #expect(files.allSatisfy { $0.rewrite?[.patientName] == "CARLA^Test" })
    #expect(files.allSatisfy { $0.rewrite?[.patientBirthDate] == "" })
    #expect(files.allSatisfy { $0.rewrite?[.patientID] == nil })
    #expect(organiser.result()[1].record.contains { $0.contains("patient's name, birth date set") })
    identity.studyInstanceUID = ""
    expect(organiser.edit(1, identity))
    #expect(UID.isValid(organiser.containers[1].identity.studyInstanceUID))
  }

  @Test func otherAttributesAreReplacedWherePatientOrStudyIsAnother() throws {
    var organiser = OrganiserMaker.mixed()
    organiser.split(0, by: .patient)
    func replaced(_ id: Int) -> [[IdentityScope]?] {
      organiser.result().first { $0.id == id }?.scanned.files.map { $0.rewrite?.replaces } ?? []
    }
    // A part of a study under a new UID is the same patient's and of the same order.
    #expect(replaced(2) == [[], []])
    expect(organiser.move(OrganiserMaker.set(3), to: 1))
    #expect(replaced(1) == [[.patient, .study], nil, nil, nil, nil])
    expect(organiser.undo())
    // The same patient's other study.
    var studies = OrganiserMaker.organiser(
      (1...2).map { .init(patient: "ADA", study: "1.\($0)", series: "1.\($0).1", number: $0) })
    expect(studies.merge([1], into: 0))
    #expect(
      studies.result()[0].scanned.files.compactMap { $0.rewrite?.replaces } == [[.study]])
    // A name that is corrected is the same person's, and so is a file moved in later.
    var corrected = OrganiserMaker.organiser(
      (1...2).map { .init(patient: "ADA", study: "1.\($0)", series: "1.\($0).1", number: $0) })
    var identity = corrected.containers[0].identity
    identity.patientName = "ADAH^Test"
    expect(corrected.edit(0, identity))
    expect(corrected.merge([1], into: 0))
    #expect(
      corrected.result()[0].scanned.files.compactMap { $0.rewrite?.replaces } == [[], [.study]])
    identity.patientID = "ID-EVA"
    expect(corrected.edit(0, identity))
    #expect(
      corrected.result()[0].scanned.files.compactMap { $0.rewrite?.replaces }
        == [[.patient], [.patient, .study]])
  }

  @Test func filesWithoutAStudyUIDGetOneByHand() throws {
    var organiser = OrganiserMaker.organiser(
      (1...2).map { .init(patient: "ADA", study: "", series: "", number: $0) })
    #expect(organiser.flags()[0].objection?.hasPrefix("no Study Instance UID") == true)
    expect(organiser.edit(0, organiser.containers[0].identity))
    #expect(organiser.flags()[0].objection == nil)
    let rewrites = organiser.result()[0].scanned.files.compactMap(\.rewrite)
    #expect(rewrites.count == 2)
    #expect(Set(rewrites.map { $0[.seriesInstanceUID] ?? "" }).count == 1)
    #expect(rewrites.allSatisfy { $0[.seriesInstanceUID].map(UID.isValid) == true })
  }

  @Test func twoStudiesWithOneUIDAreRefused() throws {
    var organiser = OrganiserMaker.mixed()
    var identity = organiser.containers[1].identity
    identity.studyInstanceUID = "1.1"
    organiser.edit(1, identity)
    #expect(organiser.flags().allSatisfy { $0.objection?.contains("same Study Instance") == true })
  }

  @Test func anEmptyContainerTakesItsDataFromTheFirstFile() throws {
    var organiser = OrganiserMaker.mixed()
    let new = organiser.newContainer()
    #expect(organiser.containers[new].isEmpty && !organiser.containers[new].hasIdentity)
    #expect(organiser.result().count == 2)
    expect(organiser.move(OrganiserMaker.set(3, 4), to: new))
    #expect(organiser.containers[new].identity.patientName == "BOB^Test")
    expect(organiser.move(OrganiserMaker.set(0), to: new))
    #expect(organiser.containers[new].identity.patientName == "BOB^Test")
  }

  @Test func aFileThatCannotBeReadStays() throws {
    let slices = (1...2).map {
      OrganiserMaker.Slice(patient: "ADA", study: "1.1", series: "1.1.1", number: $0)
    }
    var grouping = StudyGrouping()
    for slice in slices { grouping.add(OrganiserMaker.header(slice)) }
    var organiser = Organiser(
      grouping.studies(), headers: [nil, OrganiserMaker.header(slices[1])], seed: UUID())
    let new = organiser.newContainer(with: OrganiserMaker.set(0, 1))
    #expect(organiser.containers[new].count == 1 && organiser.containers[0].count == 1)
  }

  /// The macro cannot look into calls that change something.
  private func expect(_ done: Bool, _ place: SourceLocation = #_sourceLocation) {
    #expect(done, sourceLocation: place)
  }

  // MARK: Property

  private struct Chance {
    var state: UInt64
    mutating func below(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % max(1, bound)
    }
  }

  private static func act(_ organiser: inout Organiser, _ chance: inout Chance) {
    var some = RangeSet<Int>()
    for _ in 0..<chance.below(6) + 1 {
      let start = chance.below(organiser.instances.count)
      some.insert(
        contentsOf: start..<min(organiser.instances.count, start + 1 + chance.below(4)))
    }
    let count = organiser.containers.count
    let id = chance.below(count)
    switch chance.below(9) {
    case 0, 1, 2: organiser.move(some, to: id)
    case 3: organiser.newContainer(with: chance.below(2) == 0 ? some : RangeSet())
    case 4: organiser.split(id, by: [.patient, .series, .marked(some)][chance.below(3)])
    case 5: organiser.merge([chance.below(count), chance.below(count)], into: id)
    case 6:
      var identity = organiser.containers[id].identity
      identity[IdentityField.allCases[chance.below(4)]] = "X\(chance.below(3))"
      organiser.edit(id, identity)
    case 7: organiser.override(id, reason: chance.below(3) == 0 ? nil : "reason")
    default: _ = chance.below(2) == 0 ? organiser.undo() : organiser.redo()
    }
  }

  @Test func undoAndRedoAreExactAndNothingIsLost() throws {
    for seed in 1...30 {
      var chance = Chance(state: UInt64(seed) &* 7_919)
      var organiser = OrganiserMaker.organiser(
        (0..<40).map {
          .init(
            patient: ["ADA", "BOB", "CARL"][$0 % 3], study: "1.\($0 / 15)",
            series: "1.\($0 / 15).\($0 % 4)", number: $0)
        })
      let start = organiser.containers
      for step in 0..<60 {
        Self.act(&organiser, &chance)
        // Every instance is in exactly one container.
        var seen = RangeSet<Int>()
        var sum = 0
        for container in organiser.containers {
          #expect(container.id < organiser.containers.count)
          seen = seen.union(container.members)
          sum += container.count
        }
        #expect(sum == organiser.instances.count, "seed \(seed)")
        #expect(seen == RangeSet(0..<organiser.instances.count), "seed \(seed)")
        guard step % 20 == 19, seed % 10 == 0 else { continue }
        #expect(
          organiser.result().reduce(0) { $0 + $1.scanned.files.count }
            == organiser.instances.count)
      }
      let end = organiser.containers
      let steps = organiser.stepCount.done
      let later = organiser.stepCount.undone
      var undone = 0
      while organiser.undo() { undone += 1 }
      #expect(undone == steps)
      #expect(organiser.containers == start, "seed \(seed)")
      #expect(!organiser.isChanged)
      for _ in 0..<steps { expect(organiser.redo()) }
      #expect(organiser.containers == end, "seed \(seed)")
      #expect(organiser.stepCount.undone == later)
    }
  }
}
