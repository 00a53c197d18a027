import ArgumentParser
import Documents
import Domain
import Foundation
import Runtime
import Store

/// `radrelay receipt …`: signed transfer logs.
struct ReceiptCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "receipt", abstract: "Make and check signed transfer logs of studies.",
    subcommands: [Make.self, Verify.self], defaultSubcommand: Make.self)

  struct Make: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Say, signed, what is proven of a study, instance by instance.",
      discussion: """
        A receipt names the patient: it is written only where you say, for your eyes only (0600). \
        It works offline and says what is known now; make it again when more has arrived.
        """)

    @OptionGroup var home: HomeOptions
    @Flag(help: "Print the signed file instead of a summary.") var json = false
    @Option(help: "Write it in readable form into this PDF file.") var pdf: String?
    @Option(name: [.short, .long], help: "Write the signed file here.") var output: String?
    @Argument(help: "Study Instance UID, accession number, or upload id (its first characters).")
    var study: String

    func run() async throws {
      let store = try home.open()
      let id = try await Self.find(study, in: store)
      let signed: SignedReceipt
      do {
        signed = try await ReceiptMaker.make(
          id, of: store, program: "RadRelay \(Version.text)", at: Date())
      } catch let fault as ReceiptFault {
        throw CommandFailure("No receipt of upload \(id): \(fault)", .failure)
      }
      if let output { try write(signed.file, to: output) }
      if let pdf { try write(ReceiptPDF(signed).data(), to: pdf) }
      if json {
        Output.raw(Self.harmless(signed.file.dropLast()))
        return
      }
      for path in [output, pdf].compactMap({ $0 }) { Output.line(path) }
      guard output == nil, pdf == nil else { return }
      for (name, value) in signed.facts {
        Output.line(name.padding(toLength: 13, withPad: " ", startingAt: 0) + value)
      }
      Output.note("Write it with --output FILE and --pdf FILE.")
    }

    /// The same JSON for a terminal: the controls that the canonical form leaves as they are (U+007F
    /// to U+009F) are escaped, which changes nothing of what is signed.
    private static func harmless(_ json: Data) -> String {
      var text = ""
      for scalar in String(decoding: json, as: UTF8.self).unicodeScalars {
        if (0x7F...0x9F).contains(scalar.value) {
          text += "\\u00" + String(scalar.value, radix: 16)
        } else {
          text.unicodeScalars.append(scalar)
        }
      }
      return text
    }

    private func write(_ data: Data, to path: String) throws {
      do {
        try PrivateFiles.write(data, to: (path as NSString).expandingTildeInPath)
      } catch StoreError.inaccessible(_, let reason) {
        throw CommandFailure("\(path) cannot be written: \(reason). Name another file.", .usage)
      }
    }

    /// The upload that is meant.
    private static func find(_ text: String, in store: Store) async throws -> UploadID {
      if let upload = try await store.upload(UploadID(text.lowercased())) { return upload.id }
      let matches = try await store.uploads(ofStudy: text)
      guard matches.count < 2 else {
        for match in matches {
          Output.note("\(match.id)  \(match.state.rawValue)  queued \(Words.time(match.createdAt))")
        }
        throw CommandFailure(
          "These \(matches.count) uploads belong to \(text); name one by its id.", .usage)
      }
      if let match = matches.first { return match.id }
      return try await UploadLookup.find(text, in: store)
    }
  }

  struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Check a receipt: its signature, and that it does not contradict itself.",
      discussion: """
        Works offline. Exit status: 0 good, 1 bad. Without --key it proves only that nothing was \
        changed since the key that it names signed it: whose key that is, you must know.
        """)

    @OptionGroup var home: HomeOptions
    @Option(help: "The fingerprint of the key that must have signed it: 16 to 64 hex digits.")
    var key: String?
    @Argument(help: "The signed file.") var file: String

    func run() async throws {
      let wanted = try key.map(Self.fingerprint)
      let signed: SignedReceipt
      do {
        signed = try SignedReceipt(checking: try Self.read(file))
      } catch let fault as ReceiptFault {
        throw CommandFailure("bad: \(fault)", .failure)
      }
      if let wanted, !signed.fingerprint.hasPrefix(wanted) {
        throw CommandFailure(
          "bad: The signature is good, but of key \(signed.keyID), not of \(wanted).", .failure)
      }
      Output.line("good: nothing was changed since key \(signed.keyID) signed it.")
      Output.line("fingerprint  \(signed.fingerprint)")
      Output.line("made         \(signed.receipt.madeAt) by \(signed.receipt.program)")
      Output.line("study        \(signed.receipt.study.studyInstanceUID)")
      Output.line("upload       \(signed.receipt.upload.id) to \(signed.receipt.gateway)")
      Output.line("state        \(signed.receipt.state.name): \(signed.receipt.state.words)")
      // A key that cannot be read here says nothing about the receipt.
      let own = (try? ReceiptMaker.ownFingerprint(home.location)) ?? nil
      let isOwn = own == signed.fingerprint
      switch (wanted, own) {
      case (.some, _): Output.line("The key is the one that you named.")
      case _ where isOwn: Output.line("The key is that of this workstation.")
      case (nil, .some(let own)):
        Output.line("The key is not that of this workstation (\(own.prefix(16))).")
      case (nil, nil): Output.line("This workstation has no key of its own to compare with.")
      }
      if wanted == nil, !isOwn {
        Output.line("Whose key it is, this does not prove: compare its fingerprint (--key).")
      }
    }

    private static func fingerprint(_ text: String) throws -> String {
      let digits = text.lowercased().filter { $0 != ":" && $0 != " " }
      guard (16...64).contains(digits.count),
        digits.utf8.allSatisfy({ "0123456789abcdef".utf8.contains($0) })
      else {
        throw CommandFailure(
          "--key must be the first 16 to 64 hexadecimal digits of a fingerprint.", .usage)
      }
      return digits
    }

    /// At most what a receipt may take, and one byte, which tells that it is more.
    private static func read(_ path: String) throws -> Data {
      let path = (path as NSString).expandingTildeInPath
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
        throw CommandFailure("There is no file \(path).", .notFound)
      }
      guard !isFolder.boolValue, let handle = FileHandle(forReadingAtPath: path),
        let data = try? handle.read(upToCount: SignedReceipt.maximumBytes + 1) ?? Data()
      else {
        throw CommandFailure("\(path) cannot be read; name a receipt's JSON file.", .usage)
      }
      return data
    }
  }
}
