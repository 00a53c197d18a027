import Domain
import Foundation
import Testing

@Suite struct StudyPlanTests {
  private static let now = Date(timeIntervalSince1970: 1_790_000_000)

  private func scanned(_ uid: String, patient: String = "P1", archive: Bool = false) -> ScannedStudy
  {
    ScannedStudy(
      study: StudySummary(
        studyInstanceUID: uid, patientName: "DEMO^ANNA", patientID: patient,
        patientSex: "F", studyDate: "20260115", studyDescription: "CT head", modality: "CT"),
      files: [
        DraftFile(
          path: "/in/\(uid)", archiveEntry: archive ? "IM1" : nil, byteCount: 10, modifiedAt: 7,
          inode: 3, sopInstanceUID: uid + ".1", sopClassUID: "1.2.840",
          seriesInstanceUID: uid + ".0", transferSyntaxUID: "1.2.840.10008.1.2.1",
          instanceNumber: 1, staging: archive ? .archive : nil)
      ], warnings: ["Series 1: one instance is missing."])
  }

  private func plan() -> StudyPlan {
    StudyPlan(
      [scanned("1.2.1"), scanned("1.2.2", archive: true), scanned("1.2.3", patient: "P2")],
      level: .routine, history: "", at: Self.now)
  }

  @Test func aPlanReadsBackAsItWas() throws {
    var plan = plan()
    plan.patients[0].overrides[.patientName] = "DEMO^ANNA MARIA"
    for index in [0, 1] { plan.studies[index].identityReason = "her second name" }
    plan.studies[0].overrides[.studyDescription] = "Schädel ✓"
    plan.studies[1].forceReason = "asked for again"
    let data = try plan.encoded()
    #expect(try StudyPlan.decode(data) == plan)
    #expect(try StudyPlan.decode(data).encoded() == data)
  }

  @Test func overridesInheritDownwards() throws {
    var plan = plan()
    #expect(plan.patients.map(\.key) == ["P1|DEMO^ANNA", "P2|DEMO^ANNA"])
    plan.patients[0].overrides = [.patientName: "OTHER^NAME", .patientSex: "O"]
    plan.studies[1].overrides = [.patientSex: "M", .modality: "CT", .bodyPart: "HEAD"]
    plan.studies[1].identityReason = "the clerk took the wrong card"
    let drafts = plan.studies.map { plan.draft(of: $0) }
    #expect(drafts.map(\.study.patientName) == ["OTHER^NAME", "OTHER^NAME", "DEMO^ANNA"])
    #expect(drafts.map(\.study.patientSex) == ["O", "M", "F"])
    // Files are to say it, too, where every instance does; a value that is the same is no override.
    #expect(drafts[1].edited == [.patientName: "OTHER^NAME", .patientSex: "M"])
    #expect(drafts[1].overridden == [.bodyPart: ""] && drafts[1].study.bodyPart == "HEAD")
    #expect(drafts[2].edited.isEmpty && drafts[2].overridden.isEmpty && drafts[2].notes.isEmpty)
    // What was changed is in the history, without a name; the reason is for the audit log, too.
    let reason = "the clerk took the wrong card"
    #expect(drafts[1].reasons == [UploadReason(.identityChanged, reason)])
    #expect(drafts[1].notes.contains { $0.hasSuffix("reason: \(reason)") })
    #expect(drafts[1].notes.contains { $0.hasPrefix("Changed by hand: patient's name, sex.") })
    #expect(!drafts[1].notes.joined().contains("OTHER"))
    #expect(drafts[1].files[0].needsStaging && !drafts[0].files[0].needsStaging)
  }

  /// Another patient than in the files is not said without a reason.
  @Test func anotherIdentityWantsAReason() throws {
    var plan = plan()
    plan.patients[1].overrides = [.patientID: "P9"]
    let error = #expect(throws: PlanError.self) { _ = try StudyPlan.decode(plan.encoded()) }
    #expect(error?.field == "studies[2].identity_reason")
    plan.studies[2].identityReason = " "
    #expect(throws: PlanError.self) { _ = try StudyPlan.decode(plan.encoded()) }
    plan.studies[2].identityReason = "typed wrongly"
    #expect(try StudyPlan.decode(plan.encoded()) == plan)
    // Filling in what the files leave empty says nothing else of anybody.
    plan.patients[1].overrides = [.patientBirthDate: "19700131"]
    plan.studies[2].identityReason = nil
    #expect(try StudyPlan.decode(plan.encoded()) == plan)
    // Nor what is not sent.
    plan.patients[1].overrides = [.patientID: "P9"]
    plan.studies[2].send = false
    #expect(try StudyPlan.decode(plan.encoded()) == plan)
  }

  /// The reason for sending a mixture is told to the audit log; that for another objection is not
  /// about patients.
  @Test func acceptedMixturesAreTold() {
    var plan = plan()
    for (number, objection) in ["Different patients in one study: A (1)", "no Study Instance UID"]
      .enumerated()
    {
      plan.studies[number].objection = objection
      plan.studies[number].acceptObjection = "one patient, two spellings"
    }
    let drafts = plan.studies.map { plan.draft(of: $0) }
    #expect(drafts[0].reasons == [UploadReason(.mixedPatients, "one patient, two spellings")])
    #expect(drafts[1].reasons.isEmpty && !drafts[1].notes.isEmpty)
  }

  /// Each names the field.
  @Test(arguments: [
    ("\"radrelay-plan\"", "\"other\"", "format"),
    ("\"version\" : 1", "\"version\" : 2", "version"),
    ("\"clinical_history\"", "\"clinical_histroy\"", "studies[0].clinical_histroy"),
    ("\"bytes\" : 10", "\"bytes\" : \"ten\"", "studies[0].files[0].bytes"),
    ("\"bytes\" : 10", "\"bytes\" : -1", "studies[0].files[0].bytes"),
    ("\"routine\"", "\"soon\"", "studies[0].service_level"),
    ("\"routine\"", "\"stat\"", "studies[0].clinical_history"),
    ("\"send\" : true,", "", "studies[0].send"),
    ("\"accession_number\"", "\"acession_number\"", "overrides.acession_number"),
    (
      "\"accession_number\" : \"ACC\"", "\"study_date\" : \"20260230\"", "overrides.study_date"
    ),
    ("/in/1.2.1", "in/1.2.1", "studies[0].files[0].path"),
    (
      "\"study_instance_uid\" : \"1.2.1\"", "\"study_instance_uid\" : \"../1\"",
      "study_instance_uid"
    ),
    (
      "\"study_instance_uid\" : \"1.2.1\"", "\"study_instance_uid\" : \"1.2.2\"",
      "study_instance_uid"
    ),
  ])
  func badPlansAreRefusedByField(_ from: String, _ to: String, _ field: String) throws {
    var good = plan()
    good.studies[0].overrides = [.accessionNumber: "ACC"]
    let text = String(decoding: try good.encoded(), as: UTF8.self)
    let place = try #require(text.range(of: from), "\(from) in \(text)")
    let bad = text.replacingCharacters(in: place, with: to)
    let error = #expect(throws: PlanError.self) { _ = try StudyPlan.decode(Data(bad.utf8)) }
    #expect(try #require(error).field.contains(field), "\(String(describing: error))")
  }

  @Test func whatIsNoPlanAtAll() {
    for bytes in [Data(), Data("[]".utf8), Data("{}".utf8), Data([0xFF, 0, 1])] {
      #expect(throws: PlanError.self) { _ = try StudyPlan.decode(bytes) }
    }
  }
}
