import Domain
import Foundation
import Store

/// Plausible rows from a fixed random source; no row describes a person who exists.
struct SyntheticRows {
  let now: Date
  private let uploadCount: Int
  private var random = SplitMix(state: 0x5EED)

  init(now: Date, uploads: Int) {
    self.now = now
    uploadCount = uploads
  }

  let account = Account(
    server: "http://127.0.0.1:9",
    user: User(
      id: UserID("0190a000-0000-7000-8000-000000000001"), username: "anna", fullName: "Anna Marsh",
      role: .radiographer, facility: Facility(id: FacilityID("north"), name: "North Clinic")),
    accessToken: "none", refreshToken: "none")

  mutating func uploads(_ range: Range<Int>) -> [UploadDetail] { range.map { upload($0) } }

  private mutating func upload(_ number: Int) -> UploadDetail {
    // Two years, the newest last; the last ten are unfinished.
    let age = Double(uploadCount - number) / Double(max(1, uploadCount)) * 730 * 86_400
    let created = now - age - 60
    let unfinished = uploadCount - number <= 10
    let chance = random.below(100)
    let state: UploadState =
      unfinished
      ? pick([.queued, .queued, .stored, .paused, .held])
      : chance < 60
        ? .committed
        : chance < 92 ? .verified : chance < 96 ? .unproven : chance < 98 ? .failed : .cancelled
    let id = UploadID.make(at: created, using: &random)
    let study = study(number)
    let reason: String =
      switch state {
      case .failed: "The PACS refused 1 instance: storage is full (A700)."
      case .held: "A source file changed since it was handed over."
      case .unproven: "The gateway says complete; it cannot prove it."
      default: ""
      }
    let files = (0..<1 + random.below(3)).map { index in
      UploadFile(
        id: FileID.make(at: created, using: &random), uploadID: id,
        path: "/studies/\(number)/\(index).dcm",
        byteCount: Int64(200_000 + random.below(40_000_000)), modifiedAt: created.seconds,
        inode: UInt64(number), sopInstanceUID: "\(study.studyInstanceUID).1.\(index)",
        sopClassUID: "1.2.840.10008.5.1.4.1.1.2",
        seriesInstanceUID: study.studyInstanceUID + ".1", transferSyntaxUID: "1.2.840.10008.1.2.1",
        state: fileState(state))
    }
    let sent = state != .queued && state != .cancelled
    let toPACS = Double(20 + random.below(900))
    let upload = Upload(
      id: id, state: state, reason: reason, serviceLevel: level(), clinicalHistory: "",
      study: study, fileCount: files.count, byteCount: 0, owner: "anna", facility: "North Clinic",
      createdAt: created, updatedAt: created + toPACS,
      startedAt: sent ? created + 5 : nil, storedAt: state.isProven ? created + 10 : nil,
      verifiedAt: state.isProven ? created + 5 + toPACS : nil,
      remoteID: sent ? Self.remoteID(number) : nil, gateway: account.server)
    return UploadDetail(
      upload: upload, files: files,
      log: [UploadDetail.LogLine(at: created, text: "Handed over: \(files.count) files.")])
  }

  private func fileState(_ state: UploadState) -> InstanceState {
    switch state {
    case .committed: .committed
    case .verified: .verified
    case .stored, .unproven: .stored
    case .failed: .failed
    default: .waiting
    }
  }

  static func remoteID(_ number: Int) -> String { "remote-\(number)" }

  /// The same number gives the same study, for the upload and for its report.
  private func study(_ number: Int) -> StudySummary {
    var random = SplitMix(state: UInt64(number) &* 0x9E37_79B9)
    let modality = Words.modalities[random.below(Words.modalities.count)]
    let part = Words.parts[random.below(Words.parts.count)]
    let family = Words.families[random.below(Words.families.count)]
    let given = Words.given[random.below(Words.given.count)]
    return StudySummary(
      studyInstanceUID: "2.25.\(900_000_000 + number)", patientName: "\(family)^\(given)",
      patientID: "SYN\(100_000 + number)", patientBirthDate: "19\(40 + random.below(60))0615",
      patientSex: random.below(2) == 0 ? "F" : "M", accessionNumber: "A\(500_000 + number)",
      studyDate: "20260\(1 + random.below(9))1\(random.below(9))", studyTime: "101500",
      studyDescription: "\(modality) \(part)", bodyPart: part.uppercased(), modality: modality,
      seriesCount: 1 + random.below(4), instanceCount: 1 + random.below(3))
  }

  private mutating func level() -> ServiceLevel {
    pick([.routine, .routine, .routine, .routine, .emergency, .subspecialty, .stat])
  }

  mutating func reports(_ range: Range<Int>) -> [Report] {
    range.map { number in
      let age = Double(range.upperBound - number) / 5_000 * 86_400
      let created = now - age - Double(random.below(700 * 86_400))
      let level = level()
      let status: ReportStatus =
        now.timeIntervalSince(created) < 86_400 ? pick([.assigned, .pending]) : pickStatus()
      let study = study(number)
      return Report(
        id: ReportID("report-\(number)"), remoteUploadID: Self.remoteID(number), status: status,
        serviceLevel: level, radiologist: "Dr. \(pick(Words.families))",
        text: status == .ready ? text(study) : "", hasPDF: status == .ready, study: study,
        createdAt: created, updatedAt: created + Double(random.below(86_400)),
        signedAt: status == .ready ? created + 3_600 : nil, dueAt: created + level.dueInterval,
        viewedAt: status == .ready && random.below(10) > 0 ? created + 7_200 : nil)
    }
  }

  private mutating func pickStatus() -> ReportStatus {
    let chance = random.below(100)
    return chance < 94
      ? .ready : chance < 96 ? .additionalDataRequired : chance < 98 ? .pending : .assigned
  }

  private mutating func text(_ study: StudySummary) -> String {
    "\(study.studyDescription). Comparison: none. Findings: \(sentence()) \(sentence()) "
      + "Impression: \(sentence())"
  }

  private mutating func sentence() -> String {
    let first = pick(Words.adjectives)
    return "\(first.capitalized) \(pick(Words.findings)) of the \(pick(Words.parts).lowercased()), "
      + "\(pick(Words.adjectives))."
  }

  mutating func cases(_ range: Range<Int>) -> [TeachingCase] {
    range.map { number in
      let part = pick(Words.parts)
      let finding = pick(Words.findings)
      return TeachingCase(
        id: CaseID("case-\(number)"),
        title: "\(pick(Words.adjectives).capitalized) \(finding), \(part.lowercased()) \(number)",
        modality: pick(["CT", "MR", "X-Ray", "Ultrasound"]), bodyPart: part,
        diagnosis: finding.capitalized, difficulty: 1 + random.below(5),
        clinicalHistory: "\(20 + random.below(60)) years, \(pick(Words.complaints)).",
        findings: sentence() + " " + sentence(), teachingPoints: sentence(),
        differentials: [pick(Words.findings), pick(Words.findings)], tags: [part.lowercased()],
        author: pick(Words.families), updatedAt: now - Double(random.below(900 * 86_400)))
    }
  }

  mutating func notifications(_ range: Range<Int>) -> [NotificationItem] {
    range.map { number in
      NotificationItem(
        id: NotificationID("notification-\(number)"), kind: .reportReady, title: "Report ready",
        message: "The report on \(study(number).studyDescription) is ready.",
        relatedUploadID: Self.remoteID(number), relatedReportID: ReportID("report-\(number)"),
        createdAt: now - Double(number) * 4_000,
        readAt: number < 5 ? nil : now - Double(number) * 3_000)
    }
  }

  private mutating func pick<T>(_ values: [T]) -> T { values[random.below(values.count)] }
}

/// SplitMix64 (Steele, Lea, Flood 2014).
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(max(1, bound))) }
}

extension Date {
  /// Nanoseconds since 1970, as a file's modification time.
  fileprivate var seconds: Int64 { Int64(timeIntervalSince1970) * 1_000_000_000 }
}

private enum Words {
  static let modalities = ["CT", "CT", "MR", "DX", "DX", "US", "CR", "MG"]
  static let parts = ["Head", "Chest", "Abdomen", "Knee", "Spine", "Hand", "Pelvis", "Shoulder"]
  static let families = [
    "Marsh", "Okafor", "Nguyen", "Silva", "Müller", "Haddad", "Kowalska", "Sato", "Dlamini",
    "Rossi", "Lindqvist", "Fernández", "O'Neill", "Bauer", "Petrov", "Ahmed",
  ]
  static let given = [
    "Alma", "Bo", "Chidi", "Dana", "Elif", "Femi", "Gita", "Hana", "Ivo", "Juno", "Kai", "Lena",
  ]
  static let adjectives = [
    "small", "large", "acute", "chronic", "bilateral", "subtle", "classic", "incidental", "benign",
  ]
  static let findings = [
    "fracture", "effusion", "nodule", "mass", "cyst", "haemorrhage", "pneumothorax", "stenosis",
    "calcification", "oedema", "pneumonia", "abscess", "tear",
  ]
  static let complaints = ["pain after a fall", "cough", "headache", "fever", "follow-up"]
}
