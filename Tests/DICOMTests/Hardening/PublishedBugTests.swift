import DICOM
import Foundation
import Testing

/// Bug classes that other toolkits published, each by name. A trap cannot be caught: that these
/// tests end at all is what they show.
@Suite struct PublishedBugTests {
  /// What every reader of the module makes of the bytes.
  @discardableResult
  static func readEverything(_ bytes: [UInt8]) -> DICOMFile? {
    let file = try? DICOMFile.read(bytes: bytes)
    _ = try? ScannedInstance.read(bytes: bytes)
    if let file {
      _ = DataSetTree().rows(file)
      _ = Validator.findings(file)
      _ = try? DICOMJSON.data(of: DICOMJSON(file.dataSet) { _ in "x" })
      _ = try? DICOMWriter.bytes(file)
      _ = try? MediaDirectory(file)
      for element in file.dataSet.elements {
        _ = file.dataSet.values(element.tag)
        _ = file.dataSet.ints(element.tag)
        _ = file.dataSet.doubles(element.tag)
        _ = file.dataSet.tags(element.tag)
        _ = file.dataSet.date(element.tag)
        _ = file.dataSet.time(element.tag)
      }
    }
    return file
  }

  static func part10(_ body: [UInt8], _ syntax: TransferSyntax = .explicitLittleEndian) throws
    -> [UInt8]
  {
    var meta = DataSet()
    meta.set(.fileMetaGroupLength, .ul, ints: [0])
    meta.set(.transferSyntaxUID, .ui, syntax.uid)
    return [UInt8](repeating: 0, count: 128) + Array("DICM".utf8) + (try DICOMWriter.encode(meta))
      + body
  }

  static func sequence(_ length: [UInt8], _ content: [UInt8]) -> [UInt8] {
    [0x08, 0, 0x40, 0x11, 0x53, 0x51, 0, 0] + length + content
  }

  static let item: [UInt8] = [0xFE, 0xFF, 0x00, 0xE0]
  static let itemEnd: [UInt8] = [0xFE, 0xFF, 0x0D, 0xE0, 0, 0, 0, 0]
  static let sequenceEnd: [UInt8] = [0xFE, 0xFF, 0xDD, 0xE0, 0, 0, 0, 0]
  static let open: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF]

  @Test func lengthsBeyondTheFile() throws {
    let lengths: [[UInt8]] = [
      [0xFE, 0xFF, 0xFF, 0xFF], [0xFF, 0xFF, 0xFF, 0x7F], [0, 0, 0, 0x80], [0xFF, 0xFF, 0, 0],
    ]
    for length in lengths {
      for vr in ["OB", "OW", "UN", "SQ", "UT", "UC", "OV"] {
        let head: [UInt8] = [0x28, 0, 0x00, 0x30] + Array(vr.utf8) + [0, 0] + length
        let file = try #require(Self.readEverything(try Self.part10(head + [1, 2])))
        #expect(file.problem?.isTruncation == true, "\(vr) \(length)")
      }
      // Of an item, of a fragment, in implicit VR.
      let item = Self.sequence(Self.open, Self.item + length + [1, 2])
      #expect(Self.readEverything(try Self.part10(item))?.problem != nil)
      let fragment: [UInt8] =
        [0xE0, 0x7F, 0x10, 0, 0x4F, 0x42, 0, 0] + Self.open + Self.item + length
      let pixels = try #require(
        Self.readEverything(
          try Self.part10(fragment + [1, 2], TransferSyntax(uid: "1.2.840.10008.1.2.4.50"))))
      #expect(pixels.problem != nil)
      let implicit: [UInt8] = [0x10, 0, 0x10, 0] + length + [1, 2]
      #expect(
        Self.readEverything(try Self.part10(implicit, .implicitLittleEndian))?.problem?.isTruncation
          == true)
    }
    // 16 bits in an item that is shorter.
    let inner = Self.item + [10, 0, 0, 0] + [0x10, 0, 0x10, 0, 0x50, 0x4E, 0xFF, 0xFF, 0x41, 0x42]
    let file = try #require(
      Self.readEverything(try Self.part10(Self.sequence([18, 0, 0, 0], inner))))
    #expect(file.problem?.isTruncation == true)
  }

  @Test func rowsAndColumnsOfAWrongTypeOrHuge() throws {
    // The last number is what a study list shows: two bytes are a number, whatever type they claim.
    for (vr, bytes, shown) in [
      (VR.ul, [0xFF, 0xFF, 0xFF, 0xFF], 0), (.sl, [0xFF, 0xFF, 0xFF, 0xFF], 0),
      (.us, [0xFF, 0xFF], 65_535), (.us, [1], 1), (.us, [], 0),
      (.fd, [0, 0, 0, 0, 0, 0, 0xF0, 0x7F], 0), (.lo, [0x35, 0x31, 0x32, 0x20], 0),
      (.ob, [0xFF, 0xFF, 0xFF, 0xFF], 0), (.un, [0xFF], 255), (.at, [1, 2, 3], 0),
      (.uv, [0xFF, 0xFF], 65_535), (.is, Array("99999999999999999999".utf8), 0),
      (.ds, Array("1e400 ".utf8), 0),
    ] as [(VR, [UInt8], Int)] {
      var set = ValidatorTests.sound()
      set.set(.rows, vr, bytes: bytes)
      set.set(.columns, vr, bytes: bytes)
      set.set(.numberOfFrames, .is, "2147483647")
      let bytes = try DICOMWriter.part10(set)
      Self.readEverything(bytes)
      #expect(try ScannedInstance.read(bytes: bytes).rows == shown, "\(vr)")
    }
    // A sequence where a number belongs.
    var set = ValidatorTests.sound()
    set.set(.rows, items: [DataSet()])
    #expect(Self.readEverything(try DICOMWriter.part10(set))?.dataSet.int(.rows) == nil)
  }

  @Test func deflateBombs() throws {
    let bomb = try #require(Deflate.zeros(megabytes: 80))
    var options = ReadOptions()
    options.maximumInflatedBytes = 64 << 20
    let bytes = try Self.part10(bomb, .deflated)
    #expect(bytes.count < 200_000)
    #expect {
      try DICOMFile.read(bytes: bytes, options: options)
    } throws: { error in
      if case DICOMError.limit = error { true } else { false }
    }
    // Damaged and cut streams keep what came before.
    let inner = try DICOMWriter.encode(ValidatorTests.sound())
    let stream = try #require(Deflate.raw(inner))
    for cut in [0, 1, stream.count / 2, stream.count - 1] {
      Self.readEverything(try Self.part10(Array(stream.prefix(cut)), .deflated))
    }
    let file = try DICOMFile.read(bytes: try Self.part10(Array(stream.dropLast(3)), .deflated))
    #expect(file.problem != nil)
  }

  @Test func recursionBombs() throws {
    let depth = 200_000
    // Open and defined lengths, implicit VR, and UN, which is read as a sequence in implicit VR.
    let explicit = Array([Self.sequence(Self.open, Self.item + Self.open)].joined())
    let implicit: [UInt8] = [0x08, 0, 0x40, 0x11] + Self.open + Self.item + Self.open
    let unknown: [UInt8] =
      [0x09, 0, 0x10, 0x10, 0x55, 0x4E, 0, 0] + Self.open + Self.item + Self.open
    for (first, block, syntax) in [
      ([], explicit, TransferSyntax.explicitLittleEndian), ([], implicit, .implicitLittleEndian),
      (unknown, implicit, .explicitLittleEndian), ([], explicit, .deflated),
    ] {
      var body = first
      for _ in 0..<depth { body += block }
      if syntax.isDeflated { body = try #require(Deflate.raw(body)) }
      let bytes = try Self.part10(body, syntax)
      let file = try #require(Self.readEverything(bytes))
      guard case .limit = file.problem else {
        Issue.record("\(syntax.name): expected a limit, got \(String(describing: file.problem))")
        continue
      }
      #expect(throws: DICOMError.self) { try ScannedInstance.read(bytes: bytes) }
    }
  }

  @Test func oddAndEmptyFragments() throws {
    let head: [UInt8] = [0xE0, 0x7F, 0x10, 0, 0x4F, 0x42, 0, 0] + Self.open
    let table = Self.item + [0, 0, 0, 0]
    func pixels(_ parts: [UInt8]) throws -> DICOMFile {
      try #require(
        Self.readEverything(
          try Self.part10(head + parts, TransferSyntax(uid: "1.2.840.10008.1.2.4.50"))))
    }
    func fragments(_ file: DICOMFile) -> EncapsulatedPixels? {
      if case .fragments(let pixels) = file.dataSet[.pixelData]?.value { pixels } else { nil }
    }
    // Odd.
    let odd = try pixels(table + Self.item + [3, 0, 0, 0, 1, 2, 3] + Self.sequenceEnd)
    #expect(odd.problem == nil && fragments(odd)?.fragments.map(\.length) == [3])
    // Empty ones, and none at all, not even a table.
    let empty = try pixels(table + table + table + Self.sequenceEnd)
    #expect(empty.problem == nil && fragments(empty)?.fragments.map(\.length) == [0, 0])
    let none = try pixels(Self.sequenceEnd)
    #expect(none.problem == nil && fragments(none)?.fragments.isEmpty == true)
    // No end, an offset table that is no multiple of four, an item of undefined length.
    #expect(try pixels(table + Self.item + [2, 0, 0, 0, 1, 2]).problem != nil)
    let ragged = try pixels(Self.item + [3, 0, 0, 0, 1, 2, 3] + Self.sequenceEnd)
    #expect(fragments(ragged)?.offsetTable.isEmpty == true)
    #expect(try pixels(table + Self.item + Self.open + [1, 2] + Self.sequenceEnd).problem != nil)
    // Native by length, encapsulated by syntax, and the other way round.
    Self.readEverything(
      try Self.part10(
        [0xE0, 0x7F, 0x10, 0, 0x4F, 0x42, 0, 0, 4, 0, 0, 0] + [1, 2, 3, 4],
        TransferSyntax(uid: "1.2.840.10008.1.2.5")))
  }

  @Test func escapeSequencesCutAtTheEnd() {
    for terms in [
      ["", "ISO 2022 IR 87"], ["ISO 2022 IR 13", "ISO 2022 IR 159"], ["", "ISO 2022 IR 149"],
      ["", "ISO 2022 IR 58"], ["ISO 2022 IR 100", "ISO 2022 IR 144"], ["ISO_IR 192"], ["GB18030"],
      ["GBK"], ["ISO_IR 13"], ["ISO_IR 166"],
    ] {
      let sets = CharacterSets(terms: terms)
      let escapes: [[UInt8]] = [
        [0x1B], [0x1B, 0x24], [0x1B, 0x24, 0x28], [0x1B, 0x28], [0x1B, 0x2D], [0x1B, 0x24, 0x29],
        [0x1B, 0x24, 0x42], [0x1B, 0x24, 0x42, 0x3B], [0x1B, 0x24, 0x28, 0x44, 0x30], [0x81],
        [0xE5], [0xE5, 0xB1], [0xF0, 0x9F, 0x98], [0x81, 0x30], [0x81, 0x30, 0x81], [0x1B, 0x1B],
      ]
      for escape in escapes {
        for text in [escape, [0x41] + escape, escape + escape, [0x5C] + escape + [0x5E] + escape] {
          for isName in [false, true] {
            let decoded = sets.decode(text, isName: isName)
            #expect(decoded.unicodeScalars.count <= text.count * 2, "\(terms) \(text)")
          }
        }
      }
      #expect(sets.decode([0x41, 0x42]) == "AB", "\(terms)")
    }
  }

  @Test func repeatedTagsAndMissingDelimiters() throws {
    let name: [UInt8] = [0x10, 0, 0x10, 0, 0x50, 0x4E, 2, 0, 0x41, 0x42]
    var many: [UInt8] = []
    for _ in 0..<1_000 { many += name }
    #expect(Self.readEverything(try Self.part10(many))?.dataSet.elements.count == 1)
    for body in [
      Self.sequence(Self.open, Self.item + Self.open + name),
      Self.sequence(Self.open, Self.item + Self.open + name + Self.sequenceEnd),
      Self.sequence(Self.open, Self.item + Self.open + name + Self.itemEnd),
      Self.sequence(Self.open, name), Self.itemEnd + name, Self.sequenceEnd, Self.item + Self.open,
      Self.sequence([4, 0, 0, 0], [1, 2, 3, 4]),
      Self.sequence([8, 0, 0, 0], Self.item + [0, 0, 0, 1]),
    ] {
      Self.readEverything(try Self.part10(body))
    }
  }

  @Test func emptyValuesWhereTextIsSplit() throws {
    // A zero length value is legal everywhere: `split()[0]` is not.
    var set = DataSet()
    for tag in [
      Tag.specificCharacterSet, .studyDate, .studyTime, .patientName, .imagePositionPatient,
      .imageOrientationPatient, .instanceNumber, .windowCenter, .pixelSpacing, .numberOfFrames,
      .patientBirthDate, .sopClassUID, .rows, .pixelRepresentation,
    ] {
      set.set(tag)
    }
    let bytes = try Self.part10(try DICOMWriter.encode(set))
    let file = try #require(Self.readEverything(bytes))
    #expect(file.dataSet.elements.count == 14)
    for separator in ["\\", "\\\\\\", "^", "=", "^^^^^^^^", "====", " ", "\\ "] {
      var text = set
      for element in set.elements where element.vr.isText {
        text.set(element.tag, element.vr, separator)
      }
      Self.readEverything(try Self.part10(try DICOMWriter.encode(text)))
    }
  }

  @Test func numbersAtTheEdges() throws {
    var set = DataSet()
    set.set(.imagePositionPatient, .ds, "1e308", "-1e308", "1e308")
    set.set(.imageOrientationPatient, .ds, "1", "0", "0", "0", "1", "0")
    set.set(.instanceNumber, .is, "9223372036854775808")
    set.set(.seriesNumber, .is, "-9223372036854775808")
    set.set(.sopClassUID, .ui, "1.2")
    set.set(.sopInstanceUID, .ui, "1.2.3")
    let bytes = try DICOMWriter.part10(set)
    Self.readEverything(bytes)
    var index = StudyIndex()
    for number in 0..<5 {
      var instance = try ScannedInstance.read(bytes: bytes, name: "\(number)")
      instance.sopInstanceUID = "1.\(number)"
      instance.instanceNumber = [Int.min, Int.max, 0, nil, -1][number]
      instance.position = Vector3(.infinity, .nan, Double(number) * 1e300)
      index.add(instance)
    }
    #expect(index.studies().first?.instanceCount == 5)
  }
}
