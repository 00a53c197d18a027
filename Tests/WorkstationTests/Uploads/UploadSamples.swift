import Domain
import Foundation

@testable import Workstation

/// Uploads in every state, with names that try a screen.
enum UploadSamples {
  static func upload(
    _ id: String, _ state: UploadState, name: String, _ modality: String, _ study: String,
    level: ServiceLevel = .routine, images: Int, bytes: Int64, reason: String = "",
    sent: Int64 = 0, stored: Int = 0, verified: Int = 0, patientID: String = "83-2201",
    nextAttempt: Double? = nil, resumed: Int = 0
  ) -> Upload {
    Upload(
      id: UploadID(id), state: state, reason: reason, serviceLevel: level,
      clinicalHistory: level.needsClinicalHistory
        ? "Fall from a ladder an hour ago, now drowsy; takes apixaban. Bleeding?" : "",
      study: StudySummary(
        studyInstanceUID: "1.2.826.0.1.3680043.8.498.\(id.count)104412", patientName: name,
        patientID: patientID, patientBirthDate: "19610402", patientSex: "F",
        accessionNumber: "N-55120", studyDate: "20261121", studyTime: "090200",
        studyDescription: study, bodyPart: "HEAD", modality: modality, seriesCount: 1,
        instanceCount: images),
      fileCount: images, byteCount: bytes, sentBytes: sent, storedFiles: stored,
      verifiedFiles: verified, resumeCount: resumed, owner: "m.torres", facility: "Northside",
      createdAt: .minutes(-40), updatedAt: .minutes(-2),
      nextAttemptAt: nextAttempt.map(Date.minutes),
      startedAt: sent > 0 ? .minutes(-30) : nil,
      verifiedAt: state == .verified || state == .committed ? .minutes(-2) : nil,
      remoteID: "up-\(id)", gateway: "https://relay.northside.example")
  }

  static let patel = upload(
    "u1", .sending, name: "Patel^Anita", "CT", "head without contrast", level: .stat, images: 212,
    bytes: 209_000_000, sent: 120_000_000, stored: 151, verified: 140, resumed: 1)

  static let all: [Upload] = [
    patel,
    upload(
      "u2", .sending, name: "Okafor^Samuel", "MR", "lumbar spine", images: 1204,
      bytes: 610_000_000, sent: 73_000_000, stored: 140),
    upload(
      "u3", .queued, name: "Nguyễn^Thị Minh Khai", "MR", "knee right", images: 380,
      bytes: 190_000_000, reason: "the gateway does not answer", nextAttempt: 51),
    upload(
      "u4", .paused, name: "Yamada^Taro=山田^太郎=やまだ^たろう", "CT", "chest", images: 388,
      bytes: 204_000_000, reason: "paused to 23:00", sent: 20_000_000, stored: 30),
    upload(
      "u5", .stored, name: "Ferreira^João", "US", "thyroid", images: 24, bytes: 9_000_000,
      sent: 9_000_000, stored: 24, verified: 12),
    upload(
      "u6", .verified, name: "Lindqvist^Märta", "DX", "chest", images: 2, bytes: 31_000_000,
      sent: 31_000_000, stored: 2, verified: 2),
    upload(
      "u7", .committed, name: "Evil\u{1B}[2J\u{202E}^Name\u{7}", "CT",
      "abdomen\nand pelvis with a description that goes on and on far beyond any column",
      images: 12_345, bytes: 6_100_000_000, sent: 6_100_000_000, stored: 12_345, verified: 12_345),
    upload(
      "u8", .held, name: "", "", "", images: 4, bytes: 2_000_000,
      reason: "2 patients in one study: choose in the folder", patientID: ""),
    upload(
      "u9", .failed, name: "Kowalski^Jan", "US", "abdomen", level: .emergency, images: 46,
      bytes: 38_000_000, reason: "PACS refused 1 of 46", sent: 38_000_000, stored: 46,
      verified: 45),
    upload(
      "u10", .duplicate, name: "Schmidt^Hannelore", "MG", "screening", images: 4,
      bytes: 88_000_000),
    upload(
      "u11", .unproven, name: "Dubois^Élodie", "DX", "wrist left", level: .subspecialty, images: 3,
      bytes: 22_000_000, sent: 22_000_000, stored: 3),
    upload("u12", .cancelled, name: "Test^Phantom", "CT", "QA", images: 40, bytes: 21_000_000),
  ]

  static func file(_ number: Int, of id: String, _ state: InstanceState, _ reason: String = "")
    -> UploadFile
  {
    UploadFile(
      id: FileID("f\(number)"), uploadID: UploadID(id),
      path: "/media/usb/DICOM/PAT00001/STU00001/SER00001/IMG\(100_000 + number).dcm",
      byteCount: 526_336,
      sha256: state == .waiting ? nil : String(repeating: "ab12", count: 16),
      modifiedAt: 0, inode: 1, sopInstanceUID: "1.2.3.\(number)", sopClassUID: "1.2.840",
      seriesInstanceUID: "1.2.3", transferSyntaxUID: "1.2.840.10008.1.2.1", state: state,
      reason: reason)
  }

  static let store = SampleStore(
    uploads: all,
    details: [
      UploadID("u1"): UploadDetail(
        upload: patel,
        files: (1...20).map {
          file($0, of: "u1", $0 < 9 ? .verified : $0 < 14 ? .stored : .waiting)
        },
        log: [
          UploadDetail.LogLine(at: .minutes(-6), text: "STAT: overtook OKAFOR"),
          UploadDetail.LogLine(at: .minutes(-9), text: "resumed at 41 MB, 0 B sent twice"),
          UploadDetail.LogLine(at: .minutes(-30), text: "sending began"),
        ]),
      UploadID("u9"): UploadDetail(
        upload: all[8],
        files: [
          file(7, of: "u9", .failed, "PACS: 0xA900, data set does not match SOP class"),
          file(1, of: "u9", .verified),
        ],
        log: [UploadDetail.LogLine(at: .minutes(-2), text: "PACS refused 1 of 46")]),
    ])

  /// What a colleague queued: to take over, a duplicate, another facility's; and one's own.
  static let colleagues: SampleStore = {
    var store = SampleStore()
    var other = upload(
      "u1", .queued, name: "Doe^Jane", "CT", "head", images: 3, bytes: 3000,
      reason: "Queued by b.lee; waits for their login.")
    other.owner = "b.lee"
    var duplicate = upload(
      "u2", .duplicate, name: "Roe^Richard", "CT", "head", images: 3, bytes: 3000)
    duplicate.owner = "b.lee"
    var elsewhere = upload(
      "u3", .queued, name: "Poe^Edgar", "CT", "head", images: 3, bytes: 3000)
    elsewhere.owner = "b.lee"
    elsewhere.facilityID = FacilityID("f2")
    elsewhere.facility = "Southside"
    let mine = upload(
      "u4", .queued, name: "Moe^Max", "CT", "head", images: 3, bytes: 3000)
    store.uploads = [other, duplicate, elsewhere, mine]
    return store
  }()

  static let transfer = TransferStatus(
    bytesPerSecond: 1_800_000, secondsLeft: 42 * 60, sentBytes: 193_000_000,
    totalBytes: 819_000_000,
    uploads: [
      UploadID("u1"): UploadProgress(
        sentBytes: 148_000_000, totalBytes: 209_000_000, bytesPerSecond: 1_400_000,
        secondsLeft: 42),
      UploadID("u2"): UploadProgress(
        sentBytes: 73_500_000, totalBytes: 610_000_000, bytesPerSecond: 400_000,
        secondsLeft: 41 * 60),
    ])
}
