/// The head of one element: where its value lies.
struct ElementHead {
  var tag: Tag
  var vr: VR
  /// Where the element begins.
  var offset: Int
  var valueOffset: Int
  /// 0 when undefined.
  var length: Int
  var isUndefined: Bool
}

/// How the elements of a data set are written.
struct Encoding: Equatable, Sendable {
  var isExplicit: Bool
  var isBigEndian: Bool
  /// Sequences of UN are always written this way (PS3.5 section 6.2.2, note 2).
  static let implicitLittle = Encoding(isExplicit: false, isBigEndian: false)
  static let explicitLittle = Encoding(isExplicit: true, isBigEndian: false)

  /// The encoding of an item: those of explicit data sets are sometimes written in implicit VR.
  func ofItem(_ source: ByteSource, at offset: Int, to end: Int) throws(DICOMError) -> Encoding {
    guard isExplicit, end - offset >= 8 else { return self }
    if try source.u16(offset, big: isBigEndian) == 0xFFFE { return self }
    let vr = VR(rawValue: try source.u16(offset + 4, big: true))
    return vr.isPlausible ? self : Encoding(isExplicit: false, isBigEndian: isBigEndian)
  }
}

/// Reads the heads of elements one after another without touching their values.
struct ElementWalker {
  let source: ByteSource
  let encoding: Encoding
  var offset: Int
  /// Where the data set ends at the latest.
  let end: Int
  /// False where nobody asks for the representation of implicit elements: they are UN then.
  var looksUpVR = true

  /// The next head; nil at the end. The caller moves ``offset`` beyond the value.
  @inline(__always)
  mutating func next() throws(DICOMError) -> ElementHead? {
    let left = end - offset
    if left <= 0 { return nil }
    guard left >= 8 else {
      throw .truncated(
        file: source.name, offset: offset, tag: nil, expected: 8, available: left)
    }
    // All that a head may need in one access.
    let index = try source.place(offset, min(12, left))
    let bytes = UnsafeRawPointer(source.window.baseAddress.unsafelyUnwrapped) + index
    let big = encoding.isBigEndian
    let tag = Tag(Self.u16(bytes, 0, big), Self.u16(bytes, 2, big))
    var vr = VR.un
    var valueOffset = offset + 8
    var length = Self.u32(bytes, 4, big)
    if tag.group != 0xFFFE {
      var isExplicit = encoding.isExplicit
      if isExplicit {
        vr = VR(rawValue: Self.u16(bytes, 4, true))
        // Some writers slip into implicit VR for single elements.
        isExplicit = vr.isPlausible
      }
      if isExplicit {
        // Representations that the standard does not know yet have 32-bit lengths (PS3.5
        // section 6.2); equipment that invents one with 16 bits has no zeros there.
        let short = Self.u16(bytes, 6, big)
        if vr.hasLongLength || short == 0 && !vr.isStandard {
          guard left >= 12 else {
            throw .truncated(
              file: source.name, offset: offset, tag: tag, expected: 12, available: left)
          }
          valueOffset = offset + 12
          length = Self.u32(bytes, 8, big)
        } else {
          length = UInt32(short)
        }
      } else {
        vr = looksUpVR ? DataDictionary.standard.vr(of: tag) : .un
      }
    }
    let undefined = length == 0xFFFF_FFFF
    return ElementHead(
      tag: tag, vr: vr, offset: offset, valueOffset: valueOffset,
      length: undefined ? 0 : Int(length), isUndefined: undefined)
  }

  @inline(__always)
  private static func u16(_ bytes: UnsafeRawPointer, _ offset: Int, _ big: Bool) -> UInt16 {
    let value = bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self)
    return big ? UInt16(bigEndian: value) : UInt16(littleEndian: value)
  }

  @inline(__always)
  private static func u32(_ bytes: UnsafeRawPointer, _ offset: Int, _ big: Bool) -> UInt32 {
    let value = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
    return big ? UInt32(bigEndian: value) : UInt32(littleEndian: value)
  }

  /// The error of a value that reaches beyond the end.
  func cut(_ head: ElementHead) -> DICOMError {
    .truncated(
      file: source.name, offset: head.valueOffset, tag: head.tag, expected: head.length,
      available: max(0, end - head.valueOffset))
  }
}
