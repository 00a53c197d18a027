/// What one thread read last: files of one series have most of their texts in common.
final class HeaderMemory {
  private(set) var previous = ScannedInstance(path: "", byteCount: 0)

  /// Only the first instance of a series is kept: the next ones have the same texts.
  func note(_ instance: ScannedInstance) {
    if instance.seriesInstanceUID != previous.seriesInstanceUID { previous = instance }
  }
}

/// Walks the top level of a data set and fills a ``ScannedInstance``.
struct HeaderCollector {
  let source: ByteSource
  let encoding: Encoding
  private var sets = CharacterSets.standard
  private var describesImage = false
  var hasPixels = false
  private var hasProvider = false
  private var frames: Int?
  private let memory: HeaderMemory
  private var last: ScannedInstance {
    _read { yield memory.previous }
  }

  init(source: ByteSource, encoding: Encoding, memory: HeaderMemory) {
    self.source = source
    self.encoding = encoding
    self.memory = memory
  }

  /// What ``take(_:into:)`` reads, and pixel data.
  private static let wanted = WantedTags([
    .specificCharacterSet, .sopClassUID, .sopInstanceUID, .studyInstanceUID, .seriesInstanceUID,
    .studyDate, .studyTime, .accessionNumber, .modality, .studyDescription, .seriesDescription,
    .patientName, .patientID, .patientBirthDate, .patientSex, .bodyPartExamined, .seriesNumber,
    .instanceNumber, .imagePositionPatient, .imageOrientationPatient, .numberOfFrames, .rows,
    .columns, .bitsAllocated, pixelDataProvider, .pixelData, .floatPixelData,
    .doubleFloatPixelData,
  ])

  /// Pixel Data Provider URL (retired with JPIP).
  private static let pixelDataProvider = Tag(0x0028, 0x7FE0)

  mutating func collect(from start: Int, into instance: inout ScannedInstance)
    throws(DICOMError)
  {
    var walker = ElementWalker(
      source: source, encoding: encoding, offset: start, end: source.size,
      looksUpVR: false)
    // The first element is looked at whatever it is: zeros there are no padding.
    var isFirst = true
    while let head = try walker.next() {
      if head.tag.rawValue == 0 && head.length == 0 && !isFirst { break }
      if head.isUndefined {
        walker.offset = try skip(head)
      } else {
        if head.length > walker.end - head.valueOffset { throw walker.cut(head) }
        if head.tag.group <= 0x0028 { try take(head, into: &instance) }
        if head.tag.isPixelData { hasPixels = true }
        walker.offset = head.valueOffset + head.length
      }
      isFirst = false
      walker.skip(to: Self.wanted)
    }
    if describesImage && hasPixels { instance.frames = max(1, frames ?? 1) }
    if describesImage && !hasPixels && !hasProvider {
      instance.warning = "It describes an image but has no pixel data."
    }
  }

  private mutating func take(_ head: ElementHead, into instance: inout ScannedInstance)
    throws(DICOMError)
  {
    // Longer values than the standard allows by far are nonsense, not text.
    guard head.length <= 4096 else { return }
    switch head.tag {
    case .specificCharacterSet:
      sets = try source.characterSets(head.valueOffset, head.length)
    case .sopClassUID: instance.sopClassUID = try plain(head, last.sopClassUID)
    case .sopInstanceUID: instance.sopInstanceUID = try plain(head)
    case .studyInstanceUID: instance.studyInstanceUID = try plain(head, last.studyInstanceUID)
    case .seriesInstanceUID: instance.seriesInstanceUID = try plain(head, last.seriesInstanceUID)
    case .studyDate: instance.studyDate = Self.date(try plain(head))
    case .studyTime: instance.studyTime = Self.time(try plain(head))
    case .accessionNumber: instance.accessionNumber = try text(head, last.accessionNumber)
    case .modality: instance.modality = try plain(head)
    case .studyDescription: instance.studyDescription = try text(head, last.studyDescription)
    case .seriesDescription: instance.seriesDescription = try text(head, last.seriesDescription)
    case .patientName: instance.patientName = try text(head, last.patientName, isName: true)
    case .patientID: instance.patientID = try text(head, last.patientID)
    case .patientBirthDate:
      instance.patientBirthDate = Self.date(try plain(head))
    case .patientSex: instance.patientSex = try plain(head)
    case .bodyPartExamined: instance.bodyPart = try plain(head)
    case .seriesNumber:
      instance.seriesNumber = try source.integer(head.valueOffset, head.length)
    case .instanceNumber:
      instance.instanceNumber = try source.integer(head.valueOffset, head.length)
    case .imagePositionPatient:
      let numbers = try source.decimals(head.valueOffset, head.length)
      if numbers.count == 3 {
        instance.position = Vector3(numbers[0], numbers[1], numbers[2])
      }
    case .imageOrientationPatient:
      instance.normal = Vector3.normal(
        ofOrientation: try source.decimals(head.valueOffset, head.length))
    case .numberOfFrames:
      frames = try source.integer(head.valueOffset, head.length)
    case .rows: instance.rows = try word(head)
    case .columns: instance.columns = try word(head)
    case .bitsAllocated: describesImage = true
    case Self.pixelDataProvider: hasProvider = true
    default: break
    }
  }

  /// US; 0 when the value has another size: then it is another type, and no number to trust.
  private func word(_ head: ElementHead) throws(DICOMError) -> Int {
    guard head.length == 2 else { return 0 }
    return Int(try source.u16(head.valueOffset, big: encoding.isBigEndian))
  }

  /// Text in the default repertoire.
  private func plain(_ head: ElementHead, _ known: String = "") throws(DICOMError) -> String {
    try source.plainText(head.valueOffset, head.length, known: known)
  }

  private func text(_ head: ElementHead, _ known: String, isName: Bool = false)
    throws(DICOMError) -> String
  {
    try source.text(head.valueOffset, head.length, sets: sets, isName: isName, known: known)
  }

  /// YYYYMMDD, from that or from YYYY.MM.DD; empty when it is neither.
  static func date(_ text: String) -> String {
    let digits = text.utf8.count == 10 ? text.replacing(".", with: "") : text
    guard digits.utf8.count == 8 else { return "" }
    for byte in digits.utf8 where !(0x30...0x39).contains(byte) { return "" }
    return digits
  }

  /// HHMMSS, missing parts zero; empty when it is no time.
  static func time(_ text: String) -> String {
    var digits: [UInt8] = []
    for byte in text.utf8 {
      if byte == UInt8(ascii: ".") || digits.count == 6 { break }
      if byte == UInt8(ascii: ":") { continue }
      guard (0x30...0x39).contains(byte) else { return "" }
      digits.append(byte)
    }
    guard digits.count >= 2 else { return "" }
    while digits.count < 6 { digits.append(0x30) }
    return String(decoding: digits, as: UTF8.self)
  }
}
