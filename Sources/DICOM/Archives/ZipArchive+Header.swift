extension ZipArchive {
  /// Reads the header of an instance in the archive; of a large entry only its ends are kept in
  /// memory.
  /// - Throws: ``DICOMError``; what is truncated, damaged or no DICOM is refused.
  public func header(_ entry: ZipEntry) throws(DICOMError) -> ScannedInstance {
    let collector = ArchiveEntryCollector(name: name(entry), size: entry.size, copy: nil)
    try stream(entry) { (part: UnsafeRawBufferPointer) throws(DICOMError) in
      try collector.take(part)
      return true
    }
    return try InstanceHeaderReader(source: try collector.source()).read()
  }
}
