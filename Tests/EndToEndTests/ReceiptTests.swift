import Foundation
import TestSupport
import Testing

/// `radrelay receipt` after an upload to a real gateway with its built-in archive.
@Suite(
  .serialized,
  .enabled(if: ClientWorkplace.isBuilt, "needs radrelay and radrelay-gateway beside the tests"))
struct ReceiptTests {
  private struct Site {
    var workplace: ClientWorkplace
    var gateway: GatewayProcess
    var study: SyntheticStudy
    var uploadID: String
  }

  /// One committed study.
  private func site() async throws -> Site {
    let workplace = try ClientWorkplace()
    try await GatewayProcess.addUser("anna", data: workplace.data)
    let gateway = try await GatewayProcess.start(data: workplace.data)
    try await workplace.logIn(at: gateway)
    let folder = try workplace.makeFolder("study")
    let study = try SyntheticStudy(files: 5, rows: 64)
    for file in study.files {
      try file.bytes.write(to: folder.appendingPathComponent("\(file.id).dcm"))
    }
    let upload = try await workplace.run(["upload", folder.path, "--wait", "--json"])
    try #require(upload.exitStatus == 0, "\(upload.errors)")
    let row = try #require(try ClientUpload.lines(upload.output).first)
    try #require(row.state == "committed")
    return Site(workplace: workplace, gateway: gateway, study: study, uploadID: row.uploadId)
  }

  private func mode(_ path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
  }

  @Test(.timeLimit(.minutes(20)))
  func committedStudy() async throws {
    let site = try await site()
    let workplace = site.workplace
    // From here on there is no network.
    site.gateway.process.send(9)
    let json = workplace.folder.url.appendingPathComponent("r.json")
    let pdf = workplace.folder.url.appendingPathComponent("r.pdf").path
    let made = try await workplace.run([
      "receipt", site.study.study, "--output", json.path, "--pdf", pdf,
    ])
    #expect(made.exitStatus == 0, "\(made.errors)")
    #expect(made.output == "\(json.path)\n\(pdf)\n")
    #expect(try mode(json.path) == 0o600 && mode(pdf) == 0o600)
    #expect(try mode(workplace.home.path + "/receipt.key") == 0o600)

    let bytes = try Data(contentsOf: json)
    let object = try #require(
      try JSONSerialization.jsonObject(with: bytes) as? [String: [String: Any]])
    let receipt = try #require(object["receipt"])
    #expect(
      receipt["counts"] as? [String: Int] == [
        "known": 5, "stored": 5, "verified": 5, "committed": 5, "refused": 0,
        "bytes": Int(site.study.byteCount),
      ])
    let instances = try #require(receipt["instances"] as? [[String: Any]])
    let digests = Dictionary(
      uniqueKeysWithValues: site.study.files.map { ($0.sopInstanceUID, $0.sha256) })
    #expect(instances.count == 5)
    for instance in instances {
      let uid = instance["sop_instance_uid"] as? String ?? ""
      #expect(instance["sha256"] as? String == digests[uid])
      #expect(instance["pacs_answer"] as? String == "same bytes")
      for time in ["gateway_stored_at", "pacs_answered_at", "heard_at"] {
        #expect((instance[time] as? String)?.hasSuffix("Z") == true, "\(uid) has no \(time)")
      }
    }
    #expect(!String(decoding: bytes, as: UTF8.self).contains(workplace.folder.url.path))

    let good = try await workplace.run(["receipt", "verify", json.path])
    #expect(good.exitStatus == 0, "\(good.errors)")
    #expect(good.output.contains("good: nothing was changed"))
    #expect(good.output.contains("The PACS has all 5 instances"))
    #expect(good.output.contains("The key is that of this workstation."))
    let fingerprint = try #require(
      good.output.split(separator: "\n").first { $0.hasPrefix("fingerprint") }?.suffix(64))
    let named = try await workplace.run([
      "receipt", "verify", json.path, "--key", String(fingerprint),
    ])
    #expect(named.exitStatus == 0 && named.output.contains("The key is the one that you named."))
    let other = try await workplace.run([
      "receipt", "verify", json.path, "--key", "0123456789abcdef",
    ])
    #expect(other.exitStatus == 1 && other.errors.contains("not of 0123456789abcdef"))

    // Another machine, with nothing of its own.
    let stranger = try ClientWorkplace()
    let abroad = try await stranger.run(["receipt", "verify", json.path])
    #expect(abroad.exitStatus == 0, "\(abroad.errors)")
    #expect(abroad.output.contains("has no key of its own"))
    #expect(abroad.output.contains("Whose key it is, this does not prove"))
    #expect(!FileManager.default.fileExists(atPath: stranger.home.path), "verify makes nothing")

    for index in stride(from: 0, to: bytes.count - 1, by: bytes.count / 12) {
      var changed = bytes
      changed[index] ^= 1
      let path = workplace.folder.url.appendingPathComponent("changed.json")
      try changed.write(to: path)
      let bad = try await workplace.run(["receipt", "verify", path.path])
      #expect(bad.exitStatus == 1 && bad.errors.hasPrefix("bad: "), "byte \(index): \(bad.errors)")
    }
  }

  /// By what the manual page says, and nothing of ours.
  @Test(
    .timeLimit(.minutes(20)),
    .enabled(if: ChildProcess.find("python3") != nil, "needs python3"),
    .enabled(if: ChildProcess.find("openssl") != nil, "needs openssl"))
  func othersCanCheckIt() async throws {
    let site = try await site()
    defer { site.gateway.process.send(9) }
    let folder = site.workplace.folder.url
    // The id of the upload, by its first characters, and the signed file on standard output.
    let made = try await site.workplace.run([
      "receipt", String(site.uploadID.prefix(30)), "--json",
    ])
    #expect(made.exitStatus == 0, "\(made.errors)")
    try made.outputBytes.write(to: folder.appendingPathComponent("r.json"))
    let script = """
      import base64, json
      d = json.load(open("r.json", encoding="utf-8"))
      c = json.dumps(d["receipt"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
      open("signed", "wb").write(c.encode("utf-8"))
      open("value", "wb").write(base64.b64decode(d["signature"]["value"]))
      der = bytes.fromhex("302a300506032b6570032100") + base64.b64decode(d["signature"]["key"])
      open("key.der", "wb").write(der)
      """
    let python = try await ChildProcess.run("python3", ["-c", script], in: folder)
    #expect(python.exitStatus == 0, "\(python.errors)")
    let openssl = try await ChildProcess.run(
      "openssl",
      [
        "pkeyutl", "-verify", "-rawin", "-pubin", "-keyform", "DER", "-inkey", "key.der",
        "-sigfile", "value", "-in", "signed",
      ], in: folder)
    #expect(openssl.exitStatus == 0, "\(openssl.output)\(openssl.errors)")
  }

  @Test(.timeLimit(.minutes(20)))
  func whatIsNotProvenIsSaid() async throws {
    let workplace = try ClientWorkplace()
    try await GatewayProcess.addUser("anna", data: workplace.data)
    let gateway = try await GatewayProcess.start(data: workplace.data)
    try await workplace.logIn(at: gateway)
    gateway.process.send(9)
    let folder = try workplace.makeFolder("study")
    let study = try SyntheticStudy(files: 3, rows: 64)
    for file in study.files {
      try file.bytes.write(to: folder.appendingPathComponent("\(file.id).dcm"))
    }
    for force in [[], ["--force-reason", "two of one study"]] {
      #expect(try await workplace.run(["upload", folder.path] + force).exitStatus == 0)
    }
    let ids = try await workplace.queue().map(\.uploadId)
    let first = try #require(ids.first)
    let summary = try await workplace.run(["receipt", first])
    #expect(summary.exitStatus == 0, "\(summary.errors)")
    #expect(summary.output.contains("Not proven: the PACS has answered for 0 of 3 instances"))
    let json = try await workplace.run(["receipt", first, "--json"])
    let path = workplace.folder.url.appendingPathComponent("r.json")
    try json.outputBytes.write(to: path)
    let checked = try await workplace.run(["receipt", "verify", path.path])
    #expect(checked.exitStatus == 0 && checked.output.contains("Not proven"), "\(checked.errors)")
    // The study was handed over twice: which upload is meant must be said.
    #expect(ids.count == 2)
    let unclear = try await workplace.run(["receipt", study.study])
    #expect(unclear.exitStatus == 2)
    for id in ids { #expect(unclear.errors.contains(id)) }
  }

  @Test(.timeLimit(.minutes(20)))
  func badInput() async throws {
    let workplace = try ClientWorkplace()
    #expect(try await workplace.run(["receipt", "1.2.3.4"]).exitStatus == 8)
    #expect(try await workplace.run(["receipt", "verify", "/nonexistent"]).exitStatus == 8)
    #expect(try await workplace.run(["receipt", "verify", "/tmp"]).exitStatus == 2)
    #expect(
      try await workplace.run(["receipt", "verify", "/dev/null", "--key", "xyz"]).exitStatus == 2)
    for (text, words) in [
      ("", "the text ends too early"), ("{}", "members receipt and signature"),
      ("%PDF-1.4", "it is no JSON"), ("{\"a\":1.5}", "fraction"),
    ] {
      let path = workplace.folder.url.appendingPathComponent("bad")
      try Data(text.utf8).write(to: path)
      let child = try await workplace.run(["receipt", "verify", path.path])
      #expect(child.exitStatus == 1 && child.errors.contains(words), "\(text): \(child.errors)")
      #expect(child.errors.split(separator: "\n").count == 1)
    }
    let endless = try await workplace.run(["receipt", "verify", "/dev/zero"])
    #expect(endless.exitStatus == 1 && endless.errors.contains("larger than 64 MiB"))
  }
}
