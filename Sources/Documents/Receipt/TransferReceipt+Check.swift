extension TransferReceipt {
  /// The first thing in which the receipt contradicts itself; nil when there is none. Whoever holds
  /// a key can sign anything: this is what a sound program would never write.
  var contradiction: String? {
    for (index, instance) in instances.enumerated() {
      if let what = instance.contradiction { return "instance \(index + 1) \(what)" }
    }
    let real = Counts(instances)
    for (name, said, found) in [
      ("known", counts.known, real.known), ("stored", counts.stored, real.stored),
      ("verified", counts.verified, real.verified),
      ("committed", counts.committed, real.committed),
      ("refused", counts.refused, real.refused),
    ] where said != found {
      return "the count \(name) is \(said), but the records have \(found)"
    }
    guard counts.bytes == real.bytes else {
      return "the count bytes is \(counts.bytes), but the records have \(real.bytes)"
    }
    let needed = ["stored": real.stored, "verified": real.verified, "committed": real.committed]
    if let proven = needed[state.name], proven != real.known || real.known == 0 {
      return "it is called \(state.name), but that is proven for \(proven) of \(real.known)"
    }
    guard state.words == Self.words(state: state.name, real) else {
      return "its words are not those of state and counts"
    }
    return nil
  }
}

extension TransferReceipt.Instance {
  fileprivate var contradiction: String? {
    guard let level else { return "has an unknown proof" }
    guard ["waiting", "stored", "verified", "committed", "failed"].contains(state) else {
      return "has an unknown state"
    }
    guard size >= 0, acknowledgedBytes >= 0, acknowledgedBytes <= size else {
      return "has impossible sizes"
    }
    guard state == "failed" || state == proof else { return "is \(state), but proven \(proof)" }
    guard pacsAnswer == ["none", "none", "has it", "same bytes"][level] else {
      return "has an answer of the PACS that does not fit its proof"
    }
    guard level > 1 || pacsAnsweredAt == nil else {
      return "has a time of an answer that was not given"
    }
    if let sha256 {
      let digits = sha256.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
      guard digits, sha256.utf8.count == 64 else { return "has no proper digest" }
    }
    return nil
  }
}
