import Domain
import Foundation
import Testing

@Suite struct TemplateTests {
  private static let study = StudySummary(
    studyInstanceUID: "1.2", patientName: "DEMO^ANNA", patientID: "P1", studyDate: "20261130",
    studyDescription: "Schädel nativ", bodyPart: "HEAD", modality: "CT")

  private func template(
    _ values: [TemplateField: String], name: String = "Brain CT",
    scope: UploadTemplate.Scope = .user
  ) -> UploadTemplate {
    UploadTemplate(
      id: TemplateID("t-\(name)-\(scope.rawValue)"), scope: scope,
      values: TemplateValues(values.merging([.name: name]) { $1 }))
  }

  // MARK: Precedence

  /// What is there, by where it came from, and whether a template may take its place.
  private static let precedence: [(ValueOrigin, Bool)] = [
    (.initial, true), (.file, true), (.template("Another"), true), (.typed, false),
  ]

  @Test(arguments: precedence) func levelAndHistoryByOrigin(_ origin: ValueOrigin, _ fills: Bool) {
    let present = StudyValues(
      level: .routine, levelOrigin: origin, history: "there before", historyOrigin: origin)
    let outcome = template([.serviceLevel: "stat", .clinicalHistory: "Fall"])
      .applied(to: present, of: Self.study)
    let both: [TemplateField] = [.serviceLevel, .clinicalHistory]
    #expect(outcome.filled == (fills ? both : []))
    #expect(outcome.kept.map(\.field) == (fills ? [] : both))
    #expect(outcome.kept.allSatisfy { $0.reason == .typed })
    if fills {
      #expect(outcome.after.level == .stat && outcome.after.history == "Fall")
      #expect(outcome.after.levelOrigin == .template("Brain CT"))
      #expect(outcome.after.historyOrigin == .template("Brain CT"))
    } else {
      #expect(outcome.after == present)
    }
    #expect(outcome.undone(in: outcome.after) == present)
  }

  @Test(arguments: precedence) func descriptionByOrigin(_ origin: ValueOrigin, _ fills: Bool) {
    let present = StudyValues(
      level: .routine, overrides: [.studyDescription: StudyOverride("mine", origin: origin)])
    let outcome = template([.studyDescription: "CT brain"]).applied(to: present, of: Self.study)
    #expect(
      outcome.after.overrides[.studyDescription]
        == (fills
          ? StudyOverride("CT brain", origin: .template("Brain CT"))
          : StudyOverride("mine", origin: origin)))
    #expect(outcome.undone(in: outcome.after) == present)
  }

  @Test func whatTheFilesSayGetsAMarkAndComesBack() {
    let present = StudyValues(level: .routine)
    let outcome = template([.studyDescription: "CT brain", .bodyPart: "HEAD"])
      .applied(to: present, of: Self.study)
    // The same as the files' needs nothing.
    #expect(outcome.filled == [.studyDescription])
    #expect(
      outcome.after.overrides == [
        .studyDescription: StudyOverride("CT brain", origin: .template("Brain CT"))
      ])
    #expect(outcome.undone(in: outcome.after) == present)
    // Another template whose value is the files' own: theirs stands again.
    let second = template([.studyDescription: "Schädel nativ"], name: "Own")
      .applied(to: outcome.after, of: Self.study)
    #expect(second.filled == [.studyDescription] && second.after.overrides.isEmpty)
    #expect(second.undone(in: second.after) == outcome.after)
  }

  @Test func blanksAreNotTyped() {
    let present = StudyValues(level: .routine, history: "  ", historyOrigin: .typed)
    let outcome = template([.clinicalHistory: "Fall"]).applied(to: present, of: Self.study)
    #expect(outcome.after.history == "Fall")
  }

  @Test func undoLeavesWhatWasChangedSince() {
    let outcome = template([.serviceLevel: "stat", .clinicalHistory: "Fall, {{what?}}"])
      .applied(to: StudyValues(level: .routine), of: Self.study)
    var now = outcome.after
    now.history = "Fall, stairs"
    now.historyOrigin = .typed
    let undone = outcome.undone(in: now)
    #expect(undone.level == .routine && undone.levelOrigin == .initial)
    #expect(undone.history == "Fall, stairs" && undone.historyOrigin == .typed)
  }

  /// Nothing that a template fills says who the patient is.
  @Test func noFieldIsOfThePatient() {
    let fields = TemplateField.allCases.compactMap(\.studyField)
    #expect(Set(fields) == [.studyDescription, .bodyPart])
    #expect(fields.allSatisfy { !$0.isOfPatient })
    let text = TemplateText(
      TemplateText.Placeholder.allCases.map { "{{\($0.rawValue)}}" }.joined())
    var other = Self.study
    other.patientName = "SOMEBODY^ELSE"
    other.patientID = "X"
    other.patientBirthDate = "19000101"
    other.patientSex = "O"
    other.accessionNumber = "A-1"
    #expect(text.expanded(for: other) == text.expanded(for: Self.study))
  }

  @Test func aHistoryThatIsTooLongIsSaidNotCut() {
    var long = Self.study
    long.studyDescription = String(repeating: "x", count: 64)
    let outcome = template([
      .serviceLevel: "stat", .clinicalHistory: String(repeating: "{{description}}", count: 10),
    ]).applied(to: StudyValues(level: .routine), of: long)
    #expect(outcome.filled == [.serviceLevel])
    #expect(outcome.kept == [.init(.clinicalHistory, .tooLong(640))])
    #expect(outcome.after.history.isEmpty)
    #expect(outcome.words.contains("history, 640 of 500 characters"))
  }

  // MARK: Placeholders

  @Test func placeholdersAreTakenFromTheStudy() {
    func expanded(_ text: String, _ study: StudySummary = Self.study) -> String {
      TemplateText(text).expanded(for: study)
    }
    #expect(
      expanded("{{modality}} {{ description }} of {{body_part}} on {{date}}: {{indication?}}")
        == "CT Schädel nativ of HEAD on 2026-11-30: {{indication?}}")
    var bare = Self.study
    bare.studyDate = ""
    #expect(expanded("On {{date}}", bare) == "On {{date?}}")
    // What a file says is not read again as a placeholder of the template's.
    bare.studyDescription = "{{modality}}"
    #expect(expanded("{{description}}", bare) == "{{modality}}")
    // The description that the template itself fills is the one that is told.
    let outcome = template([.studyDescription: "CT brain", .clinicalHistory: "{{description}}"])
      .applied(to: StudyValues(level: .routine), of: Self.study)
    #expect(outcome.after.history == "CT brain")
  }

  @Test func openPlaceholdersAreFoundByCharacters() {
    let text = "Ä {{indication?}} and {{last dose?}} {{no}} {{?}}"
    let open = TemplateText(text).open
    #expect(open.map(\.name) == ["indication", "last dose"])
    #expect(open.map { String(Array(text)[$0.range]) } == ["{{indication?}}", "{{last dose?}}"])
    #expect(ClinicalHistory.missing(in: text)?.contains("{{indication?}}") == true)
    #expect(ClinicalHistory.missing(in: "Fall {{ and }} {x}") == nil)
  }

  // MARK: Values

  @Test(arguments: [
    (TemplateField.name, ""), (.name, String(repeating: "n", count: 81)), (.modality, "C-T"),
    (.words, String(repeating: "w", count: 201)), (.serviceLevel, "soon"),
    (.studyDescription, "a\\b"), (.bodyPart, String(repeating: "B", count: 17)),
    (.clinicalHistory, String(repeating: "h", count: 501)),
    (.clinicalHistory, "for {{patient_name}}"), (.clinicalHistory, "open {{indication"),
    (.clinicalHistory, "two\nlines"),
  ])
  func errorsNameTheField(_ field: TemplateField, _ value: String) {
    var values = TemplateValues([.name: "Good", .serviceLevel: "stat"])
    #expect(values.errors().isEmpty)
    values[field] = value
    #expect(values.errors().map(\.field) == [field])
  }

  @Test func aTemplateFillsSomething() {
    #expect(
      TemplateValues([.name: "Empty", .modality: "CT"]).errors().map(\.field) == [.serviceLevel])
    let tidy = TemplateValues([.name: "  CT ", .modality: " ct"]).tidied()
    #expect(tidy == TemplateValues([.name: "CT", .modality: "CT"]))
  }

  @Test func valuesTravelAsAnObject() throws {
    let values = TemplateValues([.name: "n", .clinicalHistory: "h"])
    let data = try JSONEncoder().encode(values)
    #expect(
      try JSONDecoder().decode([String: String].self, from: data)
        == ["name": "n", "clinical_history": "h"])
    // A field of a later version is no reason to refuse the rest.
    let later = Data(#"{"name":"n","clinical_history":"h","colour":"red"}"#.utf8)
    #expect(try JSONDecoder().decode(TemplateValues.self, from: later) == values)
  }

  // MARK: Suggestions

  @Test func theClosestIsSuggestedFirst() {
    let all = [
      template([.serviceLevel: "stat"], name: "Anything"),
      template([.modality: "MR"], name: "Any MR"),
      template([.modality: "CT"], name: "Any CT", scope: .facility),
      template([.modality: "CT"], name: "My CT"),
      template([.modality: "CT", .words: "schadel"], name: "Head"),
      template([.words: "Nativ angio"], name: "By series"),
      template([.words: "abdomen"], name: "Abdomen"),
    ]
    let ranked = TemplateSuggestion.ranked(all, for: Self.study, series: ["CT ANGIO 0.6"])
    #expect(
      ranked.filter { $0.reason != nil }.map(\.template.name)
        == ["By series", "Head", "My CT", "Any CT"])
    #expect(ranked.map(\.template.name).count == all.count)
    #expect(ranked.first { $0.template.name == "Head" }?.reason == "CT, “schadel”")
    #expect(
      Set(ranked.filter(\.suits).map(\.template.name))
        == ["By series", "Head", "My CT", "Any CT", "Anything"])
  }

  // MARK: Two devices

  @Test func fieldsOfBothSidesAreKept() {
    let base = TemplateValues([.name: "A", .serviceLevel: "routine"])
    var here = base
    here[.clinicalHistory] = "from here"
    var there = base
    there[.serviceLevel] = "stat"
    let merge = TemplateMerge(base: base, present: there, edit: here, editIsLater: true)
    #expect(merge.lost == nil)
    #expect(
      merge.values
        == TemplateValues([.name: "A", .serviceLevel: "stat", .clinicalHistory: "from here"]))
  }

  @Test(arguments: [true, false]) func oneFieldOnBothSidesLosesNothing(_ isLater: Bool) {
    let base = TemplateValues([.name: "A", .clinicalHistory: "old"])
    var here = base
    here[.clinicalHistory] = "here"
    here[.bodyPart] = "HEAD"
    var there = base
    there[.clinicalHistory] = "there"
    let merge = TemplateMerge(base: base, present: there, edit: here, editIsLater: isLater)
    #expect(merge.values[.clinicalHistory] == (isLater ? "here" : "there"))
    #expect(merge.lost?[.clinicalHistory] == (isLater ? "there" : "here"))
    #expect(merge.values[.bodyPart] == "HEAD" && merge.lost?[.bodyPart] == "HEAD")
    #expect(merge.lost?[.name] == "A (from the other device)")
    #expect(merge.lost?.errors().isEmpty == true)
  }

  @Test func theCopyOfALongNameFits() {
    let name = String(repeating: "é", count: 80)
    let base = TemplateValues([.name: name, .serviceLevel: "stat"])
    var here = base
    here[.serviceLevel] = "routine"
    var there = base
    there[.serviceLevel] = ""
    let lost = TemplateMerge(base: base, present: there, edit: here, editIsLater: false).lost
    #expect(lost?[.name].unicodeScalars.count == 80)
    #expect(lost?[.name].hasSuffix(TemplateMerge.suffix) == true)
  }

  @Test func whatIsChangedDuringTheAnswerStays() {
    let sent = TemplateValues([.name: "A", .clinicalHistory: "sent"])
    var local = sent
    local[.bodyPart] = "HEAD"
    let answer = TemplateValues([.name: "B", .clinicalHistory: "sent"])
    #expect(
      TemplateMerge.rebased(local, sent: sent, answer: answer)
        == TemplateValues([.name: "B", .clinicalHistory: "sent", .bodyPart: "HEAD"]))
  }

  // MARK: Plans

  @Test func aPlanWithSomethingOpenIsNotRun() throws {
    let scanned = ScannedStudy(
      study: Self.study,
      files: [
        DraftFile(
          path: "/in/1", byteCount: 10, modifiedAt: 7, inode: 3, sopInstanceUID: "1.2.3",
          sopClassUID: "1.2.840", seriesInstanceUID: "1.2.4",
          transferSyntaxUID: "1.2.840.10008.1.2.1")
      ])
    var plan = StudyPlan(
      [scanned], level: .routine, history: "", at: Date(timeIntervalSince1970: 0))
    _ = plan.studies[0].take(
      template([.serviceLevel: "stat", .clinicalHistory: "Fall, {{indication?}}"]),
      of: Self.study, isLevelTyped: false)
    #expect(plan.studies[0].serviceLevel == .stat)
    let error = #expect(throws: PlanError.self) { try StudyPlan.decode(plan.encoded()) }
    #expect(error?.field == "studies[0].clinical_history")
    plan.studies[0].clinicalHistory = "Fall, bleeding"
    #expect(try StudyPlan.decode(plan.encoded()) == plan)
    // A level that was given stays.
    var typed = StudyPlan(
      [scanned], level: .routine, history: "", at: Date(timeIntervalSince1970: 0))
    _ = typed.studies[0].take(
      template([.serviceLevel: "stat"]), of: Self.study, isLevelTyped: true)
    #expect(typed.studies[0].serviceLevel == .routine)
  }
}
