/// Preamble, prefix and file meta information (DICOM PS3.10 section 7.1).
struct FileMetaCheck {
  let file: DICOMFile

  func findings() -> [Finding] {
    if file.meta.elements.isEmpty {
      return [
        Finding(
          .error, file.isPart10 ? "no file meta information" : "no “DICM” at byte 128, no file meta"
        )
      ]
    }
    var findings: [Finding] = []
    if !file.isPart10 { findings.append(Finding(.error, "no “DICM” at byte 128")) }
    findings += required()
    findings += agreement()
    findings += transferSyntax()
    findings += groupLength()
    var elements = ElementCheck(isExplicit: true)
    elements.check(file.meta)
    return findings + elements.findings
  }

  private func required() -> [Finding] {
    let tags: [Tag] = [
      .fileMetaGroupLength, .fileMetaVersion, .mediaStorageSOPClassUID,
      .mediaStorageSOPInstanceUID, .transferSyntaxUID, .implementationClassUID,
    ]
    return tags.compactMap { tag in
      guard let element = file.meta[tag] else { return error(tag, "missing (type 1)") }
      return element.bytes?.isEmpty ?? true ? error(tag, "empty (type 1)") : nil
    }
  }

  /// What the file meta information repeats of the data set.
  private func agreement() -> [Finding] {
    let pairs: [(Tag, Tag)] = [
      (.mediaStorageSOPClassUID, .sopClassUID), (.mediaStorageSOPInstanceUID, .sopInstanceUID),
    ]
    return pairs.compactMap { meta, own in
      guard let said = file.meta.string(meta), let value = file.dataSet.string(own),
        said != value
      else { return nil }
      return error(meta, "is not the same as \(own) of the data set")
    }
  }

  private func transferSyntax() -> [Finding] {
    guard let declared = file.declaredTransferSyntax else { return [] }
    var findings: [Finding] = []
    let entry = UIDRegistry.standard[declared.uid]
    if entry == nil {
      findings.append(
        Finding(
          .warning, path: DICOMJSON.key(.transferSyntaxUID), tag: .transferSyntaxUID,
          "is not registered: only its maker may be able to read the file"))
    } else if entry?.kind != "Transfer Syntax" {
      findings.append(error(.transferSyntaxUID, "is no transfer syntax"))
    }
    if declared != file.transferSyntax {
      findings.append(
        error(
          .transferSyntaxUID, "says \(declared.name), the data set is \(file.transferSyntax.name)"))
    }
    return findings
  }

  private func groupLength() -> [Finding] {
    guard let said = file.meta.int(.fileMetaGroupLength),
      let first = file.meta.elements.first(where: { $0.tag != .fileMetaGroupLength }),
      let last = file.meta.elements.last, let start = first.location, let end = last.location
    else { return [] }
    let head = first.vr.hasLongLength ? 12 : 8
    let length = end.offset + end.length - (start.offset - head)
    return said == length ? [] : [error(.fileMetaGroupLength, "says \(said), it is \(length)")]
  }

  private func error(_ tag: Tag, _ message: String) -> Finding {
    Finding(.error, path: DICOMJSON.key(tag), tag: tag, message)
  }
}
