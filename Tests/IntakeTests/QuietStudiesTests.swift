import DICOM
import Domain
import Foundation
import Testing

@testable import Intake

/// When a study is taken, by a clock of the test's own.
@Suite struct QuietStudiesTests {
  private var studies = QuietStudies(quiet: 30)

  private func stamp(_ size: Int64) -> FileStamp {
    FileStamp(inode: 1, byteCount: size, modifiedAt: size)
  }

  private func instance(_ path: String, study: String) -> ScannedInstance {
    var instance = ScannedInstance(path: path, byteCount: 1)
    instance.studyInstanceUID = study
    instance.sopInstanceUID = "1.2." + String(path.utf8.reduce(0) { $0 + Int($1) })
    return instance
  }

  private mutating func arrive(_ path: String, study: String, at now: TimeInterval) {
    studies.saw(path, stamp(1), at: now)
    studies.read(path, stamp(1), as: instance(path, study: study))
  }

  private func quiet(at now: TimeInterval) -> [[String]] {
    studies.quietStudies(at: now).map { $0.instances.map(\.instance.path) }
  }

  @Test mutating func aStudyIsTakenWhenNoneOfItsFilesChangesAnyMore() {
    arrive("/w/a/1", study: "1", at: 0)
    arrive("/w/b/1", study: "2", at: 5)
    #expect(quiet(at: 29).isEmpty)
    #expect(studies.nextLook() == 30)
    arrive("/w/a/2", study: "1", at: 29)
    #expect(quiet(at: 58) == [["/w/b/1"]])
    #expect(quiet(at: 59) == [["/w/a/1", "/w/a/2"], ["/w/b/1"]])
  }

  @Test mutating func whatIsTakenStaysTakenUntilItChanges() {
    arrive("/w/1", study: "1", at: 0)
    studies.finished(["/w/1"])
    #expect(quiet(at: 100).isEmpty)
    #expect(studies.waiting == 0)
    studies.saw("/w/1", stamp(1), at: 200)
    #expect(studies.unread(at: 300).isEmpty)
    studies.saw("/w/1", stamp(2), at: 300)
    #expect(studies.unread(at: 301).map(\.path) == ["/w/1"])
  }

  @Test mutating func aFileIsReadWhenItHasNotChangedForAMoment() {
    studies.saw("/w/1", stamp(1), at: 0)
    #expect(studies.unread(at: 0.5).isEmpty)
    studies.saw("/w/1", stamp(2), at: 0.9)
    #expect(studies.unread(at: 1.5).isEmpty)
    #expect(studies.unread(at: 1.9).map(\.stamp) == [stamp(2)])
    // What was read of an older state does not count.
    studies.read("/w/1", stamp(1), as: instance("/w/1", study: "1"))
    #expect(quiet(at: 100).isEmpty)
  }

  @Test mutating func aStudyWaitsForWhatIsBeingWrittenBesideIt() {
    arrive("/w/a/1", study: "1", at: 0)
    arrive("/w/b/1", study: "2", at: 0)
    studies.saw("/w/a/2", stamp(1), at: 35)
    #expect(quiet(at: 35) == [["/w/b/1"]])
    studies.read("/w/a/2", stamp(1), as: nil)
    #expect(quiet(at: 36) == [["/w/a/1"], ["/w/b/1"]])
  }

  @Test mutating func whatTheQueueCouldNotTakeIsTriedAgainLater() {
    arrive("/w/1", study: "1", at: 0)
    studies.postpone(["/w/1"], at: 30)
    #expect(quiet(at: 31).isEmpty)
    #expect(quiet(at: 60) == [["/w/1"]])
    studies.gone("/w/1")
    #expect(quiet(at: 90).isEmpty)
    #expect(studies.nextLook() == nil)
  }

  @Test mutating func filesWithoutAStudyBelongToTheirFolder() {
    arrive("/w/a/1", study: "", at: 0)
    arrive("/w/a/2", study: "", at: 0)
    arrive("/w/b/1", study: "", at: 0)
    #expect(quiet(at: 30) == [["/w/a/1", "/w/a/2"], ["/w/b/1"]])
  }
}
