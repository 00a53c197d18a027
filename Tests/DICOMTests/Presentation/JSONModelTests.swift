import DICOM
import Foundation
import TestSupport
import Testing

/// The DICOM JSON model (PS3.18 annex F).
@Suite struct JSONModelTests {
  static func json(_ set: DataSet, bulk: (Element) -> String? = { _ in nil }) throws -> String {
    let read = try DICOMFile.read(bytes: try DICOMWriter.encode(set)).dataSet
    return String(decoding: try DICOMJSON.data(of: DICOMJSON(read, bulkData: bulk)), as: UTF8.self)
  }

  @Test func valuesHaveTheirJSONTypes() throws {
    var set = DataSet()
    set.set(.specificCharacterSet, .cs, "ISO_IR 100")
    set.set(.patientName, .pn, bytes: [0x4D, 0xFC, 0x6C, 0x6C, 0x65, 0x72, 0x5E, 0x41])
    set.set(.instanceNumber, .is, ints: [7])
    set.set(Tag(0x0028, 0x0009), .at, bytes: [0x18, 0, 0x63, 0x10])
    set.set(Tag(0x0008, 0x040C), .uv, bytes: [UInt8](repeating: 0xFF, count: 8))
    set.set(.imageType, .cs, "A", "", "B")
    set.set(.studyDate, .da)
    set.set(.encapsulatedDocument, .ob, bytes: [1, 2, 3, 4])
    set.set(.contentSequence, items: [DataSet()])
    set.set(.pixelData, .ow, bytes: [1, 2])
    #expect(
      try Self.json(set) == """
        {"00080005":{"Value":["ISO_IR 192"],"vr":"CS"},\
        "00080008":{"Value":["A",null,"B"],"vr":"CS"},\
        "00080020":{"vr":"DA"},\
        "0008040C":{"Value":["18446744073709551615"],"vr":"UV"},\
        "00100010":{"Value":[{"Alphabetic":"Müller^A"}],"vr":"PN"},\
        "00200013":{"Value":[7],"vr":"IS"},\
        "00280009":{"Value":["00181063"],"vr":"AT"},\
        "0040A730":{"Value":[{}],"vr":"SQ"},\
        "00420011":{"InlineBinary":"AQIDBA==","vr":"OB"}}
        """)
    let linked = try Self.json(set) { "file:x?length=\($0.location?.length ?? 0)" }
    #expect(linked.contains(#""7FE00010":{"BulkDataURI":"file:x?length=2","vr":"OW"}"#))
  }

  @Test(.enabled(if: SharedData.folder != nil, "needs RADRELAY_SHARED"))
  func everyFileOfTheCorpusHasAModelThatIsReadAgain() throws {
    let folder = try #require(SharedData.dicom)
    var count = 0
    for row in try TruthTests.rows() {
      let path = folder.appendingPathComponent(row.path).path
      guard let file = try? DICOMFile.read(path: path, options: .header) else { continue }
      let model = DICOMJSON(file.dataSet) { _ in "file:" }
      let read = try JSONDecoder().decode(DICOMJSON.self, from: try DICOMJSON.data(of: model))
      #expect(read.attributes.count == model.attributes.count, "\(row.path)")
      count += 1
    }
    #expect(count > 400)
  }
}
