import Crypto
import DICOM
import Foundation
import Wire

/// A CT study of noise, made in memory; the same seed makes the same bytes.
struct SyntheticStudy: Sendable {
  struct File: Sendable {
    var id: String
    var sopInstanceUID: String
    var bytes: Data
    var sha256: String { SHA256.hash(data: bytes).map(Self.hex).joined() }
    private static func hex(_ byte: UInt8) -> String {
      (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
  }

  var study = UID.make()
  var name: String
  var files: [File] = []

  /// - Parameter isIncompressible: no two files have noise in common.
  init(
    files count: Int, rows: Int, seed: UInt64 = 1, name: String = "SYNTHETIC^STUDY",
    isIncompressible: Bool = false
  ) throws {
    self.name = name
    let series = UID.make()
    var random = SeededRandom(seed: seed)
    var pixels = (0..<rows * rows * 2).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    for number in 1...count {
      var set = DataSet()
      set.useUTF8()
      set.set(.sopClassUID, .ui, "1.2.840.10008.5.1.4.1.1.2")
      let instance = UID.make()
      set.set(.sopInstanceUID, .ui, instance)
      set.set(.studyInstanceUID, .ui, study)
      set.set(.seriesInstanceUID, .ui, series)
      set.set(.patientName, .pn, name)
      set.set(.patientID, .lo, "SYN-1")
      set.set(.studyDate, .da, "20260115")
      set.set(.modality, .cs, "CT")
      set.set(.instanceNumber, .is, "\(number)")
      set.set(.samplesPerPixel, .us, ints: [1])
      set.set(.photometricInterpretation, .cs, "MONOCHROME2")
      set.set(.rows, .us, ints: [rows])
      set.set(.columns, .us, ints: [rows])
      set.set(.bitsAllocated, .us, ints: [16])
      set.set(.bitsStored, .us, ints: [16])
      set.set(.highBit, .us, ints: [15])
      set.set(.pixelRepresentation, .us, ints: [0])
      // Every file differs, and no run of chunks repeats.
      for index in stride(from: 0, to: pixels.count, by: isIncompressible ? 1 : 4096) {
        pixels[index] = UInt8(truncatingIfNeeded: random.next())
      }
      set.set(.pixelData, .ow, bytes: pixels)
      files.append(
        File(
          id: "file-\(number)", sopInstanceUID: instance,
          bytes: Data(try DICOMWriter.part10(set))))
    }
  }

  var byteCount: Int64 { files.reduce(0) { $0 + Int64($1.bytes.count) } }

  /// As a plain RelayPACS client announces it.
  func plainRequest(force: Bool? = nil) -> InitRequest {
    InitRequest(
      studyMetadata: StudyMetadata(
        patientName: name, studyDate: "20260115", modality: "CT", serviceLevel: "stat"),
      totalFiles: files.count, totalSizeBytes: byteCount, forceUpload: force)
  }

  /// With our extensions.
  func request(clientID: String, chunkSize: Int) -> InitRequest {
    var request = plainRequest()
    request.clientUploadID = clientID
    request.studyInstanceUID = study
    request.clinicalHistory = "Synthetic study."
    request.chunkSize = chunkSize
    request.files = files.map {
      ManifestFile(
        fileID: $0.id, size: Int64($0.bytes.count), sha256: $0.sha256,
        sopInstanceUID: $0.sopInstanceUID)
    }
    return request
  }
}

/// Reproducible numbers (SplitMix64).
struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}
