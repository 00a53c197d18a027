public import Domain
public import Foundation

/// Invented past work, for lists and dashboards.
public enum DemoHistory {
  /// Uploads and the reports that came back, over the half year before `now`.
  ///
  /// Working days are busy, week-ends are not; CT and X-rays prevail; STAT is rare; the last days
  /// hold some that are still under way, one or two that failed.
  /// - Parameters:
  ///   - count: uploads in all.
  ///   - seed: equal seeds within an hour give the same studies: workstation and gateway, which are
  ///     filled one after the other, then mean the same by an identifier.
  public static func make(
    now: Date, count: Int = 300, seed: UInt64 = 1, owner: String = "demo",
    facility: String = "Demo Clinic", gateway: String
  ) -> (uploads: [Upload], reports: [Report]) {
    var random = DemoRandom(seed: seed)
    var uploads: [Upload] = []
    var reports: [Report] = []
    let hour = Date(
      timeIntervalSince1970: (now.timeIntervalSince1970 / 3_600).rounded(.down) * 3_600)
    for (index, moment) in moments(before: hour, count: count, &random).enumerated() {
      let upload = upload(
        index, at: moment, now: now, owner: owner, facility: facility, gateway: gateway, &random)
      if upload.state.isProven, let report = report(on: upload, now: now, &random) {
        reports.append(report)
      }
      uploads.append(upload)
    }
    return (uploads, reports)
  }

  /// Moments, oldest first: by weekday and hour of the day.
  private static func moments(before now: Date, count: Int, _ random: inout DemoRandom) -> [Date] {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    var moments: [Date] = []
    var tries = 0
    while moments.count < count && tries < count * 60 {
      tries += 1
      let moment = now.addingTimeInterval(-Double.random(in: 0.02...182, using: &random) * 86_400)
      let part = calendar.dateComponents([.weekday, .hour], from: moment)
      let isWeekend = part.weekday == 1 || part.weekday == 7
      let hour = part.hour ?? 0
      let busy: Double = (8..<18).contains(hour) ? 1 : (6..<22).contains(hour) ? 0.35 : 0.08
      if Double.random(in: 0..<1, using: &random) < busy * (isWeekend ? 0.3 : 1) {
        moments.append(moment)
      }
    }
    return moments.sorted()
  }

  private struct Kind {
    var modality: String
    var description: String
    var bodyPart: String
    var files: ClosedRange<Int>
    var fileBytes: ClosedRange<Int64>
    var weight: Int
  }

  private static let kinds = [
    Kind(
      modality: "DX", description: "Chest X-ray PA", bodyPart: "CHEST", files: 1...2,
      fileBytes: 8_000_000...17_000_000, weight: 24),
    Kind(
      modality: "DX", description: "Hand X-ray", bodyPart: "HAND", files: 2...3,
      fileBytes: 5_000_000...9_000_000, weight: 9),
    Kind(
      modality: "CT", description: "CT head", bodyPart: "HEAD", files: 32...180,
      fileBytes: 526_000...527_000, weight: 18),
    Kind(
      modality: "CT", description: "CT chest", bodyPart: "CHEST", files: 120...420,
      fileBytes: 526_000...527_000, weight: 13),
    Kind(
      modality: "CT", description: "CT abdomen and pelvis", bodyPart: "ABDOMEN", files: 150...600,
      fileBytes: 526_000...527_000, weight: 11),
    Kind(
      modality: "MR", description: "MR lumbar spine", bodyPart: "LSPINE", files: 90...260,
      fileBytes: 290_000...420_000, weight: 8),
    Kind(
      modality: "MR", description: "MR brain", bodyPart: "BRAIN", files: 160...420,
      fileBytes: 180_000...420_000, weight: 7),
    Kind(
      modality: "US", description: "Ultrasound abdomen", bodyPart: "ABDOMEN", files: 8...30,
      fileBytes: 900_000...1_400_000, weight: 12),
    Kind(
      modality: "MG", description: "Mammography screening", bodyPart: "BREAST", files: 4...4,
      fileBytes: 19_000_000...27_000_000, weight: 5),
  ]

  private static func kind(_ random: inout DemoRandom) -> Kind {
    var left = Int.random(in: 0..<kinds.reduce(0) { $0 + $1.weight }, using: &random)
    for kind in kinds {
      if left < kind.weight { return kind }
      left -= kind.weight
    }
    return kinds[0]
  }

  private static func level(_ modality: String, _ random: inout DemoRandom) -> ServiceLevel {
    let roll = Int.random(in: 0..<100, using: &random)
    if modality == "MG" { return roll < 80 ? .subspecialty : .routine }
    return roll < 7 ? .stat : roll < 24 ? .emergency : roll < 33 ? .subspecialty : .routine
  }

  private static func upload(
    _ index: Int, at moment: Date, now: Date, owner: String, facility: String, gateway: String,
    _ random: inout DemoRandom
  ) -> Upload {
    let kind = kind(&random)
    let patient = DemoPatient.all[Int.random(in: 0..<DemoPatient.all.count, using: &random)]
    let level = level(kind.modality, &random)
    let files = Int.random(in: kind.files, using: &random)
    let bytes = (0..<files).reduce(Int64(0)) { sum, _ in
      sum + Int64.random(in: kind.fileBytes, using: &random)
    }
    let (date, time) = DemoDate.parts(moment.addingTimeInterval(-1_500))
    let study = StudySummary(
      studyInstanceUID: DemoUID.make("history \(index) \(date)\(time)"),
      patientName: patient.name, patientID: patient.id, patientBirthDate: patient.birthDate,
      patientSex: patient.sex, accessionNumber: "H\(100_000 + index)", studyDate: date,
      studyTime: time, studyDescription: kind.description, bodyPart: kind.bodyPart,
      modality: kind.modality, seriesCount: max(1, files / 120), instanceCount: files)
    // 2 to 11 MB a second over the wire, then some seconds in the PACS.
    let speed = Double.random(in: 2e6...11e6, using: &random)
    let started = moment.addingTimeInterval(Double.random(in: 2...40, using: &random))
    let stored = started.addingTimeInterval(Double(bytes) / speed)
    let verified = stored.addingTimeInterval(Double.random(in: 4...75, using: &random))
    var upload = Upload(
      id: UploadID(DemoUID.uuid("upload \(index) \(date)\(time)").uuidString.lowercased()),
      serviceLevel: level,
      clinicalHistory: level.needsClinicalHistory ? "Demonstration: acute symptoms." : "",
      study: study, fileCount: files, byteCount: bytes, owner: owner, facility: facility,
      createdAt: moment, updatedAt: min(verified, now), startedAt: started,
      remoteID: DemoUID.uuid("remote \(index) \(date)\(time)").uuidString.lowercased(),
      gateway: gateway)
    let roll = Int.random(in: 0..<100, using: &random)
    if roll < 2 {
      upload.state = .failed
      upload.reason = "The PACS refused one instance: SOP class not supported (A700)."
      upload.sentBytes = bytes
      upload.storedFiles = files
      upload.verifiedFiles = max(0, files - 1)
      upload.storedAt = stored
      return upload
    }
    if roll < 7 {
      upload.resumeCount = Int.random(in: 1...3, using: &random)
      upload.resentBytes = Int64(upload.resumeCount) * 4_194_304
    }
    upload.state = roll < 60 ? .committed : .verified
    upload.sentBytes = bytes
    upload.storedFiles = files
    upload.verifiedFiles = files
    upload.storedAt = stored
    upload.verifiedAt = verified
    return upload
  }

  private static func report(on upload: Upload, now: Date, _ random: inout DemoRandom) -> Report? {
    guard let arrived = upload.verifiedAt else { return nil }
    let due = arrived.addingTimeInterval(upload.serviceLevel.dueInterval)
    // Most are early, some late.
    let share = Double.random(in: 0.15...0.95, using: &random)
    let isLate = Int.random(in: 0..<100, using: &random) < 6
    let taken = upload.serviceLevel.dueInterval * (isLate ? 1 + share : share)
    let signed = arrived.addingTimeInterval(taken)
    let text = DemoReport.make(for: upload.study)
    let isReady = signed <= now
    let isRead = arrived.addingTimeInterval(taken * 0.6) <= now
    // Drawn in any case: what follows must not depend on the clock.
    let roll = Int.random(in: 0..<100, using: &random)
    let wantsMore = !isReady && roll < 12
    return Report(
      id: ReportID(DemoUID.uuid("report \(upload.id)").uuidString.lowercased()),
      remoteUploadID: upload.remoteID ?? "",
      status: isReady
        ? .ready : wantsMore ? .additionalDataRequired : isRead ? .pending : .assigned,
      serviceLevel: upload.serviceLevel, radiologist: isReady || isRead ? text.radiologist : "",
      text: isReady ? text.text(for: upload.study) : "", study: upload.study,
      createdAt: arrived, updatedAt: isReady ? signed : min(now, arrived.addingTimeInterval(60)),
      signedAt: isReady ? signed : nil, dueAt: due,
      viewedAt: isReady && now.timeIntervalSince(signed) > 2 * 86_400
        ? signed.addingTimeInterval(3_600) : nil)
  }
}
