import Domain

extension SignedReceipt {
  /// The receipt in short, for a terminal and for the first page of the PDF: name and value. Text
  /// from files is not made safe yet.
  public var facts: [(name: String, value: String)] {
    let study = receipt.study
    let counts = receipt.counts
    var facts: [(name: String, value: String)] = [
      ("patient", PersonName.display(study.patientName)),
      ("patient ID", study.patientID), ("born", study.patientBirthDate), ("sex", study.patientSex),
      ("accession", study.accessionNumber), ("study", study.studyInstanceUID),
      (
        "", joined([study.modality, study.bodyPart, study.studyDescription])
      ),
      ("study date", joined([study.studyDate, study.studyTime])),
      ("state", joined([receipt.state.name, receipt.state.reason])),
      ("proof", receipt.state.words),
      ("instances", "\(counts.known) (\(counts.bytes) bytes)"),
      ("at gateway", "\(counts.stored) of \(counts.known), digests compared"),
      ("in the PACS", "\(counts.verified) of \(counts.known) answered for"),
      ("same bytes", "\(counts.committed) of \(counts.known) given back or vouched for"),
      ("refused", counts.refused == 0 ? "" : "\(counts.refused) of \(counts.known)"),
      ("sent by", joined([receipt.user, receipt.facility])),
      ("gateway", receipt.gateway),
      ("upload", receipt.upload.id),
      ("there", receipt.upload.gatewayIDs.joined(separator: ", ")),
      ("level", receipt.upload.serviceLevel),
      ("queued", receipt.upload.queuedAt), ("first sent", receipt.upload.firstSentAt ?? ""),
      ("stored", receipt.upload.storedAt ?? ""), ("verified", receipt.upload.verifiedAt ?? ""),
      ("forced", receipt.upload.forceReason ?? ""),
      ("made", receipt.madeAt + " by " + receipt.program),
      ("signed by", "key " + keyID),
    ]
    facts.removeAll { $0.value.isEmpty }
    return facts
  }

  private func joined(_ parts: [String]) -> String {
    parts.filter { !$0.isEmpty }.joined(separator: ", ")
  }
}
