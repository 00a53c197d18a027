import DICOM
import Foundation
import TestSupport
import Testing

@Suite struct WriterTests {
  static func sample() -> DataSet {
    var set = DataSet()
    set.set(.specificCharacterSet, .cs, "ISO_IR 192")
    set.set(.sopClassUID, .ui, "1.2.840.10008.5.1.4.1.1.7")
    set.set(.sopInstanceUID, .ui, UID.make())
    set.set(.patientName, .pn, "Ørsted^Hans=王^小東")
    set.set(.imageType, .cs, "ORIGINAL", "PRIMARY")
    set.set(.imagePositionPatient, .ds, doubles: [-158.135803, 0, 1.0 / 3])
    set.set(.instanceNumber, .is, ints: [7])
    set.set(.rows, .us, ints: [512])
    var code = DataSet()
    code.set(.codeValue, .sh, "113076")
    code.set(.codeMeaning, .lo, "Segmentación")
    var inner = DataSet()
    inner.set(.conceptNameCodeSequence, items: [code, DataSet()])
    set.set(.contentSequence, items: [inner])
    set.set(.pixelData, .ow, bytes: [1, 0, 2, 0])
    return set
  }

  @Test func whatIsWrittenIsRead() throws {
    let set = Self.sample()
    let file = try DICOMFile.read(bytes: try DICOMWriter.part10(set))
    #expect(file.problem == nil)
    #expect(file.isPart10)
    #expect(file.transferSyntax == .explicitLittleEndian)
    #expect(file.dataSet.string(.patientName) == "Ørsted^Hans=王^小東")
    #expect(file.dataSet.strings(.imageType) == ["ORIGINAL", "PRIMARY"])
    let position = file.dataSet.doubles(.imagePositionPatient) ?? []
    #expect(position[0] == -158.135803 && position[1] == 0)
    #expect(abs((position[2] ?? 0) - 1.0 / 3) < 1e-13)
    #expect(file.dataSet.int(.rows) == 512)
    let inner = try #require(file.dataSet.items(.contentSequence).first)
    let codes = inner.items(.conceptNameCodeSequence)
    #expect(codes.count == 2)
    #expect(codes.first?.string(.codeMeaning) == "Segmentación")
    #expect(file.dataSet[.pixelData]?.bytes == [1, 0, 2, 0])
    #expect(file.dataSet.elementCount == set.elementCount)
  }

  @Test(.enabled(if: SharedData.folder != nil, "needs RADRELAY_SHARED"))
  func realFilesSurviveARoundTrip() throws {
    let folder = try #require(SharedData.dicom)
    var options = ReadOptions()
    options.maximumValueBytes = 64 << 20
    var count = 0
    for row in try TruthTests.rows() where !row.isMalformed {
      let path = folder.appendingPathComponent(row.path).path
      guard let file = try? DICOMFile.read(path: path, options: options), file.problem == nil,
        let bytes = try? DICOMWriter.part10(file.dataSet)
      else { continue }
      let again = try DICOMFile.read(bytes: bytes, name: row.path, options: options)
      #expect(again.problem == nil, "\(row.path)")
      #expect(again.dataSet.elementCount == file.dataSet.elementCount, "\(row.path)")
      for tag in [Tag.patientName, .studyInstanceUID, .imagePositionPatient] {
        #expect(again.dataSet.strings(tag) == file.dataSet.strings(tag), "\(row.path)")
      }
      #expect(again.dataSet.ints(.rows) == file.dataSet.ints(.rows), "\(row.path)")
      count += 1
    }
    #expect(count > 150)
  }

  @Test func uidsAreDecimalUUIDs() throws {
    let uuid = try #require(UUID(uuidString: "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"))
    // The example of PS3.5 section B.2.
    #expect(UID.make(uuid) == "2.25.329800735698586629295641978511506172918")
    #expect(UID.isValid(UID.make()))
    #expect(!UID.isValid("1.02.3") && !UID.isValid("1..2") && !UID.isUsable("../etc"))
  }

  @Test func valuesTooLongForTheirTypeBecomeUnknown() throws {
    var set = Self.sample()
    set.set(.patientID, .lo, bytes: [UInt8](repeating: 65, count: 70_000))
    let bytes = try DICOMWriter.part10(set)
    // PS3.5 section 6.2.2: a length of 16 bits cannot hold it, that of UN can.
    let head: [UInt8] = [0x10, 0, 0x20, 0, 0x55, 0x4E, 0, 0, 0x70, 0x11, 1, 0]
    #expect(Data(bytes).range(of: Data(head)) != nil)
    let read = try DICOMFile.read(bytes: bytes).dataSet
    #expect(read[.patientID]?.vr == .lo && read[.patientID]?.bytes?.count == 70_000)
  }
}
