import Foundation
import TestSupport
import Testing

@testable import DICOM

/// A rewritten instance differs from its source in what was asked for, and in nothing else.
@Suite struct RewriterTests {
  static let record = RewriteRecord(modifiedAt: Date(timeIntervalSince1970: 1_700_000_000))

  static func rewrite(name: String = "DOE^JANE") -> InstanceRewrite {
    let values: [(DICOM.Tag, String)] = [
      (.sopInstanceUID, "2.25.11"), (.studyDate, "20260102"), (.accessionNumber, "ACC-7"),
      (.studyDescription, "CT organised"), (.patientName, name), (.patientID, "ID-42"),
      (.patientBirthDate, "19700131"), (.patientSex, "F"), (.studyInstanceUID, "2.25.22"),
      (.seriesInstanceUID, "2.25.33"),
    ]
    return InstanceRewrite(
      changes: values.map { AttributeChange(tag: $0.0, from: "", to: $0.1) }
        .sorted { $0.tag < $1.tag })
  }

  /// Keeps every value in memory.
  static let whole: ReadOptions = {
    var options = ReadOptions()
    options.maximumValueBytes = 1 << 30
    return options
  }()

  /// Every element of the top level that is not in `except`, with all of its bytes.
  static func content(_ bytes: [UInt8], _ name: String, except: Set<DICOM.Tag>) throws -> [String] {
    let file = try DICOMFile.read(bytes: bytes, name: name, options: whole)
    try #require(file.problem == nil, "\(name): \(String(describing: file.problem))")
    let values = try ValueReader(file)
    return try file.dataSet.elements.flatMap { element -> [String] in
      if except.contains(element.tag) { return [] }
      if case .fragments = element.value, let location = element.location {
        let all = try values.source.bytes(location.offset, location.length)
        return ["\(element.tag) \(all.count) \(all.hashValue)"]
      }
      return ["\(element.tag) \(element.vr)"]
        + RoundTripTests.flat(DataSet(elements: [element]))
    }
  }

  @Test(.enabled(if: SharedData.folder != nil, "needs RADRELAY_SHARED"))
  func filesOfTheCorpusKeepEverythingElse() throws {
    let folder = try #require(SharedData.dicom)
    let scratch = try TestFolder()
    let rewrite = Self.rewrite()
    let touched = Set(rewrite.changes.map(\.tag) + [.originalAttributesSequence])
    var syntaxes: [String: Int] = [:]
    var refused: [String] = []
    for row in try TruthTests.rows() where !row.isMalformed {
      let path = folder.appendingPathComponent(row.path).path
      // What a scan would offer to send.
      guard let header = try? ScannedInstance.read(path: path), !header.sopInstanceUID.isEmpty
      else { continue }
      let original = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
      let target = scratch.path + "/out.dcm"
      do {
        let made = try InstanceRewriter.write(path, to: target, rewrite, record: Self.record)
        #expect(made.header.patientName == "DOE^JANE", "\(row.path)")
        #expect(made.header.transferSyntaxUID == header.transferSyntaxUID, "\(row.path)")
      } catch {
        refused.append(row.path)
        continue
      }
      // The source is what it was.
      #expect([UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) == original)
      let new = [UInt8](try Data(contentsOf: URL(fileURLWithPath: target)))
      #expect(
        try Self.content(new, row.path, except: touched)
          == Self.content(original, row.path, except: touched), "\(row.path)")
      let read = try DICOMFile.read(bytes: new, name: row.path)
      let before = try DICOMFile.read(bytes: original, name: row.path)
      #expect(read.isPart10)
      #expect(read.transferSyntax == before.transferSyntax, "\(row.path)")
      #expect(read.meta.string(.mediaStorageSOPInstanceUID) == "2.25.11", "\(row.path)")
      for change in rewrite.changes {
        #expect(read.dataSet.string(change.tag) == change.to, "\(row.path) \(change.tag)")
      }
      let notes = read.dataSet.items(.originalAttributesSequence)
      #expect(notes.count == before.dataSet.items(.originalAttributesSequence).count + 1)
      let former = try #require(notes.last?.items(.modifiedAttributesSequence).first)
      for change in rewrite.changes where before.dataSet[change.tag] != nil {
        if before.dataSet.string(change.tag) == change.to { continue }
        #expect(
          former.string(change.tag) == before.dataSet.string(change.tag),
          "\(row.path) \(change.tag)")
      }
      syntaxes[read.transferSyntax.uid, default: 0] += 1
    }
    print("rewritten: \(syntaxes.values.reduce(0, +)) files in \(syntaxes.count) syntaxes")
    #expect(refused.isEmpty, "\(refused)")
    #expect(syntaxes.values.reduce(0, +) > 200)
    for uid in ["1.2.840.10008.1.2", "1.2.840.10008.1.2.2", "1.2.840.10008.1.2.1.99"] {
      #expect(syntaxes[uid] ?? 0 > 0, "\(uid)")
    }
  }

  @Test(.enabled(if: SharedData.folder != nil, "needs RADRELAY_SHARED"))
  func namesThatNeedUTF8ConvertAllTextOrAreRefused() throws {
    let folder = try #require(SharedData.dicom)
    let rewrite = Self.rewrite(name: "ДЕМО^Ирина")
    let touched = Set(rewrite.changes.map(\.tag))
    var converted = 0
    for row in try TruthTests.rows() where row.path.contains("charset_files/") {
      let path = folder.appendingPathComponent(row.path).path
      let original = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
      guard (try? ScannedInstance.read(path: path)) != nil else { continue }
      guard
        let new = try? InstanceRewriter.bytes(
          original, name: row.path, rewrite, record: Self.record)
      else { continue }
      converted += 1
      let read = try DICOMFile.read(bytes: new, name: row.path)
      let before = try DICOMFile.read(bytes: original, name: row.path)
      #expect(read.dataSet.string(.patientName) == "ДЕМО^Ирина", "\(row.path)")
      #expect(read.dataSet.string(.specificCharacterSet) == "ISO_IR 192", "\(row.path)")
      for element in before.dataSet.elements
      where element.vr.isText && !touched.contains(element.tag)
        && element.tag != .specificCharacterSet
      {
        #expect(
          read.dataSet.strings(element.tag) == before.dataSet.strings(element.tag),
          "\(row.path) \(element.tag)")
      }
      let notes = read.dataSet.items(.originalAttributesSequence)
      #expect(
        notes.last?.items(.modifiedAttributesSequence).first?.string(.patientName)
          == before.dataSet.string(.patientName), "\(row.path)")
    }
    #expect(converted > 10)
  }

  @Test func latinNamesStayInTheirCharacterSet() throws {
    var set = WriterTests.sample()
    set.characterSets = CharacterSets(terms: ["ISO_IR 100"])
    set.set(.specificCharacterSet, .cs, "ISO_IR 100")
    set.set(.institutionName, .lo, bytes: [0x4B, 0xF6, 0x6C, 0x6E])
    let original = try DICOMWriter.part10(set, options: Self.asRead)
    let new = try InstanceRewriter.bytes(
      original, Self.rewrite(name: "MÜLLER^Jürgen"), record: Self.record)
    let read = try DICOMFile.read(bytes: new)
    #expect(read.dataSet.string(.specificCharacterSet) == "ISO_IR 100")
    #expect(read.dataSet.string(.patientName) == "MÜLLER^Jürgen")
    #expect(read.dataSet[.institutionName]?.bytes == [0x4B, 0xF6, 0x6C, 0x6E])
    let note = try #require(read.dataSet.items(.originalAttributesSequence).last)
    #expect(note.string(.attributeModificationDateTime) == "20231114221320+0000")
    #expect(note.string(.modifyingSystem) == "RadRelay")
    #expect(note.string(.sourceOfPreviousValues) == "Köln")
    #expect(note.string(.reasonForAttributeModification) == "CORRECT")
  }

  static var asRead: WriteOptions {
    var options = WriteOptions()
    options.text = .asRead
    return options
  }

  @Test func textThatCannotBeConvertedIsRefusedInWords() throws {
    var set = WriterTests.sample()
    set.set(.specificCharacterSet, .cs, "ISO_IR 13")
    set.set(.institutionName, .lo, bytes: [0xFE, 0xFF, 0x80])
    let original = try DICOMWriter.part10(set, options: Self.asRead)
    #expect(throws: DICOMError.self) {
      try InstanceRewriter.bytes(
        original, Self.rewrite(name: "ДЕМО^Иван"), record: Self.record)
    }
    // An ASCII name needs no conversion.
    _ = try InstanceRewriter.bytes(original, Self.rewrite(), record: Self.record)
  }

  @Test(arguments: ["a\\b", "a\nb", "a\u{1B}b"])
  func valuesThatBreakTheEncodingAreRefused(name: String) throws {
    let original = try DICOMWriter.part10(WriterTests.sample())
    #expect(throws: DICOMError.self) {
      try InstanceRewriter.bytes(original, Self.rewrite(name: name), record: Self.record)
    }
  }

  @Test func earlierOriginalAttributesStay() throws {
    let original = try DICOMWriter.part10(WriterTests.sample())
    let once = try InstanceRewriter.bytes(original, Self.rewrite(), record: Self.record)
    let twice = try InstanceRewriter.bytes(
      once, Self.rewrite(name: "ROE^JOHN"), record: Self.record)
    let notes = try DICOMFile.read(bytes: twice).dataSet.items(.originalAttributesSequence)
    #expect(notes.count == 2)
    let former = notes.map { $0.items(.modifiedAttributesSequence).first?.string(.patientName) }
    #expect(former == [WriterTests.sample().string(.patientName), "DOE^JANE"])
    // The second time only the name differed.
    #expect(notes[1].items(.modifiedAttributesSequence).first?.elements.count == 1)
  }

  @Test func referencesFollowInstancesThatGoOutTogether() throws {
    var set = WriterTests.sample()
    func instance(_ uid: String) -> DataSet {
      var item = DataSet()
      item.set(DICOM.Tag(0x0008, 0x1150), .ui, "1.2.840.10008.5.1.4.1.1.7")
      item.set(.referencedSOPInstanceUID, .ui, uid)
      return item
    }
    func series(_ uid: String, _ instances: [String]) -> DataSet {
      var item = DataSet()
      item.set(.seriesInstanceUID, .ui, uid)
      item.set(DICOM.Tag(0x0008, 0x1199), items: instances.map(instance))
      return item
    }
    var evidence = DataSet()
    evidence.set(.studyInstanceUID, .ui, "1.2.1")
    evidence.set(DICOM.Tag(0x0008, 0x1115), items: [series("1.2.3", ["1.2.3.1", "1.2.3.2"])])
    set.set(DICOM.Tag(0x0040, 0xA375), items: [evidence])
    // One of these references leads out of the set: its series keeps its name.
    set.set(DICOM.Tag(0x0008, 0x1115), items: [series("1.2.3", ["1.2.3.1", "1.2.9.9"])])
    let original = try DICOMWriter.part10(set)
    func reference(_ uid: String) -> RewrittenReference {
      RewrittenReference(
        sopInstanceUID: uid, seriesInstanceUID: "2.25.333", studyInstanceUID: "2.25.22")
    }
    let new = try DICOMFile.read(
      bytes: try InstanceRewriter.bytes(
        original, Self.rewrite(),
        in: RewriteContext(
          references: ["1.2.3.1": reference("2.25.1"), "1.2.3.2": reference("2.25.2")]),
        record: Self.record)
    ).dataSet
    let found = try #require(new.items(DICOM.Tag(0x0040, 0xA375)).first)
    #expect(found.string(.studyInstanceUID) == "2.25.22")
    let own = try #require(found.items(DICOM.Tag(0x0008, 0x1115)).first)
    #expect(own.string(.seriesInstanceUID) == "2.25.333")
    #expect(
      own.items(DICOM.Tag(0x0008, 0x1199)).map { $0.string(.referencedSOPInstanceUID) }
        == ["2.25.1", "2.25.2"])
    let other = try #require(new.items(DICOM.Tag(0x0008, 0x1115)).first)
    #expect(other.string(.seriesInstanceUID) == "1.2.3")
    #expect(
      other.items(DICOM.Tag(0x0008, 0x1199)).map { $0.string(.referencedSOPInstanceUID) }
        == ["2.25.1", "1.2.9.9"])
    let former = new.items(.originalAttributesSequence).last?.items(.modifiedAttributesSequence)
    #expect(former?.first?[DICOM.Tag(0x0040, 0xA375)] != nil)
  }

  @Test func generatedDataSetsKeepEverythingElse() throws {
    let rewrite = Self.rewrite()
    let touched = Set(rewrite.changes.map(\.tag) + [.originalAttributesSequence])
    for seed in 3_000..<3_200 {
      var maker = DataSetMaker(seed: UInt64(seed))
      let original = try DICOMWriter.part10(maker.file())
      let new = try InstanceRewriter.bytes(original, rewrite, record: Self.record)
      #expect(
        try Self.content(new, "\(seed)", except: touched)
          == Self.content(original, "\(seed)", except: touched), "seed \(seed)")
    }
  }

  @Test func aSourceThatChangedMeanwhileIsRefused() throws {
    let folder = try TestFolder()
    let path = try folder.write("a.dcm", try DICOMWriter.part10(WriterTests.sample()))
    let found = try ScannedInstance.read(path: path)
    var expected = InstanceRewriter.Expected(
      byteCount: found.byteCount, modifiedAt: found.modifiedAt, inode: found.inode)
    let target = folder.path + "/out.dcm"
    try InstanceRewriter.write(
      path, to: target, Self.rewrite(), record: Self.record, expected: expected)
    expected.modifiedAt += 1
    #expect(throws: DICOMError.self) {
      try InstanceRewriter.write(
        path, to: folder.path + "/other.dcm", Self.rewrite(), record: Self.record,
        expected: expected)
    }
    // Nothing half written is left.
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        == ["a.dcm", "out.dcm"])
  }

  /// dcmtk reads the new file as it reads the old one, except for what was asked for.
  @Test(
    .enabled(
      if: SharedData.folder != nil && FileManager.default.isExecutableFile(atPath: dcmdump),
      "needs RADRELAY_SHARED and dcmtk"))
  func anotherReaderAgrees() throws {
    let folder = try #require(SharedData.dicom)
    let scratch = try TestFolder()
    let rewrite = Self.rewrite()
    let touched = Set(
      rewrite.changes.map(\.tag) + [
        .originalAttributesSequence, .mediaStorageSOPInstanceUID, .implementationClassUID,
        .implementationVersionName, .fileMetaGroupLength,
      ])
    let names = Set(touched.map { $0.description.lowercased() })
    var compared: [String: Int] = [:]
    for row in try TruthTests.rows() where !row.isMalformed {
      let path = folder.appendingPathComponent(row.path).path
      guard let header = try? ScannedInstance.read(path: path), header.byteCount < 400_000,
        compared[header.transferSyntaxUID] ?? 0 < 2,
        // The records of a media directory are named by their places, which move.
        header.sopClassUID != "1.2.840.10008.1.3.10",
        let file = try? DICOMFile.read(path: path), file.isPart10,
        file.dataSet[.originalAttributesSequence] == nil
      else { continue }
      let target = scratch.path + "/out.dcm"
      try InstanceRewriter.write(path, to: target, rewrite, record: Self.record)
      guard let old = try Self.dump(path) else { continue }
      let new = try #require(try Self.dump(target), "\(row.path)")
      #expect(
        new.filter { !names.contains(String($0.prefix(11))) }
          == old.filter { !names.contains(String($0.prefix(11))) }, "\(row.path)")
      for (tag, value) in [(DICOM.Tag.patientName, "DOE^JANE"), (.studyInstanceUID, "2.25.22")] {
        let line = new.first { $0.hasPrefix(tag.description.lowercased()) }
        #expect(line?.contains("[\(value)]") ?? false, "\(row.path) \(tag)")
      }
      compared[header.transferSyntaxUID, default: 0] += 1
    }
    print("dcmdump agrees on \(compared.values.reduce(0, +)) files, \(compared.count) syntaxes")
    #expect(compared.count > 5)
  }

  private static let dcmdump = "/usr/bin/dcmdump"

  /// Lines of the top level with what lies below them; group lengths left out. Nil when dcmtk does
  /// not read the file.
  private static func dump(_ path: String) throws -> [String]? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: dcmdump)
    process.arguments = ["-q", "+L", path]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { return nil }
    var lines: [String] = []
    for line in text.split(separator: "\n") {
      let line = String(line)
      if line.hasPrefix("#") { continue }
      if line.hasPrefix("("), line.dropFirst(6).hasPrefix("0000)") { continue }
      // What lies below an element of the top level stays with it.
      if line.hasPrefix(" ") || line.hasPrefix("(fffe"), let last = lines.popLast() {
        lines.append(last + "\n" + line)
      } else {
        lines.append(line)
      }
    }
    return lines
  }
}
