/// Reads the directory at the end of an archive (PKWARE APPNOTE 4.3.12 to 4.3.16), with the 64-bit
/// sizes of section 4.5.3.
struct ZipDirectory {
  let source: ByteSource
  let limits: ZipLimits

  private struct End {
    var entries: Int
    var size: Int
    var offset: Int
    /// Where the record stands.
    var position: Int
  }

  func read() throws(DICOMError) -> [ZipEntry] {
    var end = try findEnd()
    // Something before the archive (a program that unpacks itself) moves everything.
    // 64-bit numbers may be anything: each is compared before it is used.
    guard end.size <= end.position, end.offset <= end.position - end.size else {
      throw damaged(end.position, "its directory is said to lie outside of the file")
    }
    let shift = end.position - end.size - end.offset
    end.offset += shift
    guard end.entries <= limits.maximumEntries else {
      throw .limit(
        file: source.name, offset: end.position, tag: nil,
        problem: "it has more than \(limits.maximumEntries) entries")
    }
    // 46 bytes are the least that an entry takes.
    guard end.entries <= end.size / 46 else {
      throw damaged(end.position, "it claims more entries than its directory can hold")
    }
    var entries: [ZipEntry] = []
    entries.reserveCapacity(end.entries)
    var offset = end.offset
    var total = 0
    for _ in 0..<end.entries {
      var entry = try entry(&offset, directoryEnd: end.position)
      let (header, overflow) = entry.headerOffset.addingReportingOverflow(shift)
      guard !overflow, header <= end.offset, entry.compressedSize <= end.offset - header else {
        throw damaged(offset, "an entry is said to lie outside of the file")
      }
      entry.headerOffset = header
      if entry.objection == nil { total += entry.size }
      guard total <= limits.maximumTotalBytes else {
        throw .limit(
          file: source.name, offset: offset, tag: nil,
          problem: "its entries claim more than \(limits.maximumTotalBytes >> 30) GiB")
      }
      entries.append(entry)
    }
    try refuseOverlaps(entries, end: end.offset)
    return entries
  }

  /// Entries that share bytes are how a small archive claims to hold petabytes.
  private func refuseOverlaps(_ entries: [ZipEntry], end: Int) throws(DICOMError) {
    let order = entries.sorted { $0.headerOffset < $1.headerOffset }
    for (entry, next) in zip(order, order.dropFirst().map(\.headerOffset) + [end]) {
      let least = 30 + entry.nameBytes.count
      guard next - entry.headerOffset >= least,
        next - entry.headerOffset - least >= entry.compressedSize
      else { throw damaged(entry.headerOffset, "its entries overlap") }
    }
  }

  private func findEnd() throws(DICOMError) -> End {
    let least = max(0, source.size - 22 - 0xFFFF)
    var position = source.size - 22
    // Backwards in one block: the comment after the record is rarely there at all.
    let tail = try source.bytes(least, source.size - least)
    while position >= least {
      let at = position - least
      if tail[at...].starts(with: [0x50, 0x4B, 5, 6]),
        Int(tail[at + 20]) | Int(tail[at + 21]) << 8 <= source.size - position - 22
      {
        if let end = try wide(position) { return end }
        return try narrow(position)
      }
      position -= 1
    }
    throw damaged(
      source.size, "the archive's directory at its end is missing: it is cut off, or no ZIP archive"
    )
  }

  private func narrow(_ position: Int) throws(DICOMError) -> End {
    guard try source.u32(position + 4) == 0 else {
      throw damaged(position, "it is one of several volumes")
    }
    return End(
      entries: Int(try source.u16(position + 10)), size: Int(try source.u32(position + 12)),
      offset: Int(try source.u32(position + 16)), position: position)
  }

  /// The record with 64-bit numbers, when a locator stands before the other.
  private func wide(_ position: Int) throws(DICOMError) -> End? {
    guard position >= 20, try source.u32(position - 20) == 0x0706_4B50 else { return nil }
    let claimed = try number(position - 12)
    // It stands right before the locator, wherever the archive begins in the file.
    for offset in [claimed, position - 20 - 56] where offset >= 0 && offset <= position - 76 {
      guard try source.u32(offset) == 0x0606_4B50 else { continue }
      return End(
        entries: try number(offset + 32), size: try number(offset + 40),
        offset: try number(offset + 48), position: offset)
    }
    throw damaged(position - 20, "its 64-bit directory is not where it is said to be")
  }

  private func number(_ offset: Int) throws(DICOMError) -> Int {
    let value = UInt64(try source.u32(offset)) | UInt64(try source.u32(offset + 4)) << 32
    guard let number = Int(exactly: value) else {
      throw damaged(offset, "a 64-bit number in its directory is out of range")
    }
    return number
  }

  private func damaged(_ offset: Int, _ problem: String) -> DICOMError {
    .malformed(file: source.name, offset: offset, tag: nil, problem: problem)
  }

  private func entry(_ offset: inout Int, directoryEnd: Int) throws(DICOMError) -> ZipEntry {
    guard directoryEnd - offset >= 46, try source.u32(offset) == 0x0201_4B50 else {
      throw damaged(offset, "its directory breaks off")
    }
    let flags = try source.u16(offset + 8)
    let method = try source.u16(offset + 10)
    let nameLength = Int(try source.u16(offset + 28))
    let extraLength = Int(try source.u16(offset + 30))
    let commentLength = Int(try source.u16(offset + 32))
    guard directoryEnd - offset - 46 >= nameLength + extraLength + commentLength else {
      throw damaged(offset, "its directory breaks off")
    }
    let name = try source.bytes(offset + 46, nameLength)
    var entry = ZipEntry(
      name: flags & 0x0800 != 0
        ? String(decoding: name, as: UTF8.self) : Conversion.text(name, from: "CP437"),
      size: Int(try source.u32(offset + 24)), compressedSize: Int(try source.u32(offset + 20)),
      method: ZipEntry.Method(rawValue: method) ?? .stored, objection: nil,
      checksum: try source.u32(offset + 16), headerOffset: Int(try source.u32(offset + 42)),
      nameBytes: name)
    try widen(&entry, extra: offset + 46 + nameLength, length: extraLength)
    let mode = try source.u32(offset + 38) >> 16
    let isUnix = try source.u16(offset + 4) >> 8 == 3
    entry.objection = objection(
      entry, flags: flags, method: method, isLink: isUnix && mode & 0xF000 == 0xA000)
    offset += 46 + nameLength + extraLength + commentLength
    return entry
  }

  private func widen(_ entry: inout ZipEntry, extra: Int, length: Int) throws(DICOMError) {
    var offset = extra
    while extra + length - offset >= 4 {
      let size = Int(try source.u16(offset + 2))
      guard try source.u16(offset) == 1 else {
        offset += 4 + size
        continue
      }
      var field = offset + 4
      let end = min(field + size, extra + length)
      // Only the numbers that did not fit stand here, in this order.
      for path in [\ZipEntry.size, \.compressedSize, \.headerOffset]
      where entry[keyPath: path] == 0xFFFF_FFFF && end - field >= 8 {
        entry[keyPath: path] = try number(field)
        field += 8
      }
      return
    }
  }

  private func objection(_ entry: ZipEntry, flags: UInt16, method: UInt16, isLink: Bool)
    -> String?
  {
    if let objection = ZipEntry.objection(toName: entry.nameBytes) { return objection }
    if flags & 0x2041 != 0 { return "it is encrypted: unpack the archive with its password first" }
    guard ZipEntry.Method(rawValue: method) != nil else {
      return "it is compressed by method \(method); expected stored or deflated"
    }
    if isLink { return "it is a link" }
    if entry.size > limits.maximumEntryBytes {
      return "it claims \(entry.size) bytes; at most \(limits.maximumEntryBytes) are read"
    }
    // Deflate cannot shrink by more than 1032 to 1.
    let isPossible =
      method == 0
      ? entry.size == entry.compressedSize : entry.size / 1032 <= entry.compressedSize
    return isPossible ? nil : "its size is forged"
  }
}
