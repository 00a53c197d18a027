import Domain
import Screen
import Testing

@testable import Workstation

/// From a folder to the queue, as a person goes.
@Suite struct WizardStoryTests {
  static let sizes = [(200, 60), (80, 24), (40, 20)]

  /// At the list of studies that were found in /media/usb.
  private func atStudies(_ width: Int = 80, _ height: Int = 24) -> Stage {
    var stage = Stage.showing(.uploads, UploadSamples.store, width, height)
    stage.press("a")
    stage.send(.folder(WizardSamples.usb))
    stage.press("Enter")
    stage.send(.scan(WizardSamples.finished))
    return stage
  }

  /// An archive is read like a folder, and what is copied out of it first is said before it is queued.
  @Test(arguments: sizes) func archivesAreReadAndCopiedFirst(_ size: (Int, Int)) {
    var stage = Stage.showing(.uploads, UploadSamples.store, size.0, size.1)
    stage.press("a")
    var listing = WizardSamples.usb
    listing.entries += ["cd.ZIP", "DICOMDIR", "notes.txt"].map {
      FolderListing.Entry(name: $0, isFolder: false, byteCount: 5)
    }
    stage.send(.folder(listing))
    #expect(stage.text.contains("cd.ZIP") && stage.text.contains("index of a medium"))
    #expect(!stage.text.contains("notes.txt"))
    // The archive alone, by the key that goes into folders; typed, it is marked.
    stage.press("G", "k")
    #expect(stage.state.uploads.wizard?.browser.selected == .archive("cd.ZIP"))
    #expect(stage.press("Enter") == [.scan(roots: ["/media/usb/cd.ZIP"])])
    var finished = WizardSamples.finished
    for index in finished.studies[0].files.indices {
      finished.studies[0].files[index].staging = .archive
    }
    stage.send(.scan(finished))
    stage.press("n", "n")
    #expect(stage.state.uploads.wizard?.step == .review)
    if size.0 >= 80 { #expect(stage.text.contains("copied here first: 107 MB"), "\(stage.text)") }
    stage.press("Esc", "Esc", "Esc", "/", "Ctrl-U")
    stage.type("/data/b.zip")
    #expect(stage.press("Enter").isEmpty)
    #expect(
      stage.state.uploads.wizard?.browser.roots == ["/media/usb/cd.ZIP", "/data/b.zip"])
  }

  @Test func fromFolderToQueue() {
    var stage = Stage.showing(.uploads, UploadSamples.store)
    #expect(stage.press("a") == [.listFolder(path: "~"), .load(.templates)])
    stage.send(.folder(WizardSamples.home))
    // Down to Import, in, and up again: the folder that was left is selected.
    stage.press("G")
    #expect(stage.press("Enter") == [.listFolder(path: "/home/m.torres/Import")])
    stage.send(.folder(FolderListing(path: "/home/m.torres/Import", entries: [])))
    #expect(stage.press("←") == [.listFolder(path: "/home/m.torres")])
    stage.send(.folder(WizardSamples.home))
    #expect(stage.state.uploads.wizard?.browser.selected == .folder("Import"))

    // A typed path, completed from the listing.
    #expect(stage.press("/") == [])
    stage.press("Ctrl-U")
    stage.type("/media/usb/CD")
    #expect(stage.effects.isEmpty)
    stage.send(.folder(WizardSamples.usb))
    stage.press("Tab")
    #expect(stage.state.uploads.wizard?.browser.typing?.text == "/media/usb/CD_202")
    stage.press("Ctrl-W")
    #expect(stage.press("Enter") == [.listFolder(path: "/media/usb")])
    // Too early: the folder that is still shown is not the one that is meant.
    #expect(stage.press("n") == [])
    #expect(stage.text.contains("The folder is still being opened"))
    stage.send(.folder(WizardSamples.usb))
    #expect(stage.press("Enter") == [.scan(roots: ["/media/usb"])])

    stage.send(.scan(WizardSamples.underWay))
    #expect(stage.text.contains("Reading 210 files"))
    stage.press("n")
    #expect(stage.text.contains("Still reading"))
    stage.send(.scan(WizardSamples.finished))
    #expect(stage.text.contains("Read 474 files"))

    // Mixed patients are not chosen by default, and say why.
    let choices = stage.state.uploads.wizard?.choices ?? []
    #expect(choices.map(\.isChecked) == [true, true, true, false])
    #expect(choices.last?.objection?.contains("Different patients") == true)

    stage.press("j", "j", "Space", "k", "n")
    #expect(stage.state.uploads.wizard?.step == .details)
    // The second is a STAT without history: refused with a line that says whose and what. Its
    // patient stands above it.
    stage.press("j", "j", "v", "v")
    #expect(stage.state.uploads.wizard?.choices[1].level == .stat)
    stage.press("k", "n")
    #expect(stage.state.uploads.wizard?.step == .details)
    #expect(stage.text.contains("! PATEL, Anita: STAT needs a clinical history."))
    #expect(stage.state.uploads.wizard?.selectedChoice == 1)

    stage.press("Enter")
    stage.type("Fall, drowsy, apixaban")
    stage.press("Enter", "n")
    #expect(stage.state.uploads.wizard?.step == .review)
    #expect(stage.text.contains("2 studies of 2 patients   416 images"))

    stage.send(.review(.finished))
    let effects = stage.press("Enter")
    guard case .perform(.enqueue(let drafts)) = effects.first, effects.count == 1 else {
      Issue.record("expected one enqueue, got \(effects)")
      return
    }
    #expect(drafts.map(\.study.studyInstanceUID) == ["1.2.3.1", "1.2.3.2"])
    #expect(drafts.map(\.serviceLevel) == [.routine, .stat])
    #expect(drafts.map(\.clinicalHistory) == ["", "Fall, drowsy, apixaban"])
    #expect(drafts.map(\.files.count) == [204, 212])
    // Enter again hands nothing over twice.
    #expect(stage.press("Enter").allSatisfy { if case .perform = $0 { false } else { true } })

    stage.send(.done(.enqueued([UploadID("u2"), UploadID("u1")])))
    stage.settle(UploadSamples.store)
    #expect(stage.state.uploads.wizard == nil)
    #expect(stage.state.uploads.list.selectedRow?.id == UploadID("u2"))
    #expect(stage.text.contains("Queued 2 studies"))
  }

  @Test func aRefusedQueueKeepsEverything() {
    var stage = atStudies()
    stage.press("n", "n")
    stage.send(.review(.finished))
    stage.press("Enter")
    guard case .perform(let action) = stage.effects.first else {
      Issue.record("no enqueue")
      return
    }
    stage.send(.failed(.perform(action), "The disk is full: free 241 MB, then press Enter again."))
    #expect(stage.text.contains("The disk is full"))
    #expect(stage.state.uploads.wizard?.chosen.count == 3)
    guard case .perform(.enqueue(let drafts)) = stage.press("Enter").first else {
      Issue.record("no second enqueue")
      return
    }
    #expect(drafts.count == 3)
  }

  @Test func goingBackKeepsWhatWasPutIn() {
    var stage = atStudies()
    stage.press("Space", "n", "Enter")
    stage.type("cough")
    // Esc leaves the text field and keeps the text.
    stage.press("Esc")
    #expect(stage.state.uploads.wizard?.choices[1].history == "cough")
    stage.press("Esc")
    #expect(stage.state.uploads.wizard?.step == .studies)
    stage.press("Esc")
    #expect(stage.state.uploads.wizard?.step == .folders)
    // The same folder again needs no new reading, and nothing is forgotten.
    #expect(stage.press("n") == [])
    #expect(stage.state.uploads.wizard?.choices.map(\.isChecked) == [false, true, true, false])
    // Reading again keeps the decisions as well.
    #expect(stage.press("r") == [.scan(roots: ["/media/usb"])])
    stage.send(.scan(WizardSamples.underWay))
    stage.send(.scan(WizardSamples.finished))
    #expect(stage.state.uploads.wizard?.choices.map(\.isChecked) == [false, true, true, false])
    #expect(stage.state.uploads.wizard?.choices[1].history == "cough")
  }

  @Test func leavingWithSelectionsAsks() {
    var stage = atStudies()
    stage.press("Esc", "Esc")
    #expect(stage.state.uploads.wizard != nil)
    #expect(stage.text.contains("Leave without sending?"))
    stage.press("Esc")
    #expect(stage.state.uploads.wizard?.choices.count == 4)
    stage.press("Esc", "y")
    #expect(stage.state.uploads.wizard == nil)
    // Without input there is nothing to ask.
    stage.press("a")
    stage.send(.folder(WizardSamples.home))
    stage.press("Esc")
    #expect(stage.state.uploads.wizard == nil)
  }

  @Test func stoppingTheScanDropsLateAnswers() {
    var stage = Stage.showing(.uploads, UploadSamples.store)
    stage.press("a")
    stage.send(.folder(WizardSamples.usb))
    stage.press("Enter")
    #expect(stage.press("Esc") == [.cancelScan])
    stage.send(.scan(WizardSamples.finished))
    #expect(stage.state.uploads.wizard?.choices.isEmpty == true)
    // A scan that was stopped is not taken for a complete one.
    #expect(stage.press("n") == [.scan(roots: ["/media/usb"])])
  }

  @Test func severalRootsByMarkAndPaste() {
    var stage = Stage.showing(.uploads, UploadSamples.store)
    stage.press("a")
    stage.send(.folder(WizardSamples.usb))
    stage.press("j", "j", "Space")
    stage.send(.input(.paste("'/mnt/old disk/a' /mnt/b\n")))
    #expect(
      stage.press("n") == [
        .scan(roots: ["/media/usb/CD_2024", "/mnt/old disk/a", "/mnt/b"])
      ])
  }

  @Test func anUnreadableFolderLeavesTheListAndSaysWhy() {
    var stage = Stage.showing(.uploads, UploadSamples.store)
    stage.press("a")
    stage.send(.folder(WizardSamples.usb))
    stage.press("j", "j", "Enter")
    stage.send(
      .folder(
        FolderListing(
          path: "/media/usb/CD_2024", entries: [], problem: "You may not read this folder.")))
    #expect(stage.text.contains("! You may not read this folder. /media/usb/CD_2024"))
    #expect(stage.text.contains("CD_2025/"))
    // A word on a folder that can be read is no refusal.
    var long = WizardSamples.usb
    long.problem = "Only 5000 of 9000 entries are shown."
    stage.press("/", "Ctrl-U")
    stage.type("/media/usb/")
    stage.press("Enter")
    stage.send(.folder(long))
    #expect(stage.text.contains("Only 5000 of 9000") && stage.text.contains("CD_2025/"))
    stage.press("g")
    #expect(stage.press("Enter") == [.scan(roots: ["/media/usb"])])
  }

  @Test func anAbsolutePathIsTypedBehindTheFolderShown() {
    #expect(PathText.begunAnew("/media/usb//tmp/me") == "/tmp/me")
    #expect(PathText.begunAnew("/media/~/cd") == "~/cd")
    #expect(PathText.begunAnew("/media/~") == "~")
    #expect(PathText.begunAnew("/media/usb/CD_2024~") == nil)
    #expect(PathText.begunAnew("/a//b//") == "/")
    var stage = Stage.showing(.uploads, UploadSamples.store)
    stage.press("a")
    stage.send(.folder(WizardSamples.usb))
    stage.press("/")
    stage.type("/srv/day")
    #expect(stage.press("Enter").contains(.listFolder(path: "/srv/day")))
    stage.press("/")
    stage.send(.input(.paste("/srv/night")))
    #expect(stage.press("Enter").contains(.listFolder(path: "/srv/night")))
  }

  @Test func pastedPathsAreUnderstood() {
    #expect(PathText.pasted("/a b/c\n") == ["/a b/c"])
    #expect(PathText.pasted("'/a b' /c\\ d") == ["/a b", "/c d"])
    #expect(PathText.pasted("file:///media/usb%20stick/CD\n") == ["/media/usb stick/CD"])
    #expect(PathText.pasted("/a\n/b\r\n") == ["/a", "/b"])
    #expect(PathText.pasted("/x\u{1B}[2J\u{7}") == ["/x[2J"])
    #expect(PathText.pasted("\n \n").isEmpty)
  }

  @Test func historyStopsAtItsLimit() {
    var stage = atStudies()
    stage.press("n", "Enter")
    stage.send(.input(.paste(String(repeating: "word ", count: 200))))
    #expect(stage.text.contains("500 of 500"))
    stage.press("Enter")
    #expect(stage.state.uploads.wizard?.choices[0].history.count == 500)
  }

  @Test func historyOfOthersIsNotOverwritten() {
    var stage = atStudies()
    stage.press("n", "j", "j", "Enter")
    stage.type("second")
    stage.press("Enter", "k", "k", "Enter")
    stage.type("first")
    stage.press("Enter", "H")
    #expect(
      stage.state.uploads.wizard?.choices.prefix(3).map(\.history) == ["first", "second", "first"])
    #expect(stage.text.contains("One study has another history"))
  }

  // MARK: Screens

  @Test(arguments: sizes) func folders(_ width: Int, _ height: Int) {
    var stage = Stage.showing(.uploads, UploadSamples.store, width, height)
    stage.press("a")
    stage.send(.folder(WizardSamples.usb))
    stage.press("j", "j", "Space")
    GoldenScreen.expect(stage.draw(), "wizard-folders-\(width)x\(height)")
    stage.press("/")
    stage.type("CD")
    stage.send(.folder(WizardSamples.usb))
    GoldenScreen.expect(stage.draw(), "wizard-typing-\(width)x\(height)")
  }

  @Test(arguments: sizes) func studies(_ width: Int, _ height: Int) {
    var stage = atStudies(width, height)
    stage.press("j", "Enter")
    GoldenScreen.expect(stage.draw(), "wizard-studies-\(width)x\(height)")
    stage.press("x")
    GoldenScreen.expect(stage.draw(), "wizard-left-out-\(width)x\(height)")
  }

  @Test(arguments: sizes) func details(_ width: Int, _ height: Int) {
    var stage = atStudies(width, height)
    stage.press("n", "j", "j", "v", "v", "Enter")
    stage.type("72-year-old, fell two weeks ago, now confused; on warfarin. Subdural haematoma?")
    GoldenScreen.expect(stage.draw(), "wizard-details-\(width)x\(height)")
    stage.press("Enter", "n")
    GoldenScreen.expect(stage.draw(), "wizard-review-\(width)x\(height)")
  }
}
