import ArgumentParser
import Domain
import Foundation
import Glibc
import Store

extension QueueCommand {
  /// `radrelay queue forget`: the only end of what was kept of an upload without a proof.
  struct Forget: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Remove the record and the copies of uploads that ended without a proof.",
      discussion: """
        For uploads that are unproven, failed, duplicate or cancelled. Asks first; files that were \
        sent from where they lie stay there.
        """)

    @OptionGroup var home: HomeOptions
    @Argument(help: "Upload ids, or their first characters.") var uploads: [String]
    @Flag(help: "Do not ask.") var yes = false

    func run() async throws {
      let store = try home.open()
      var chosen: [UploadDetail] = []
      for text in uploads {
        let id = try await UploadLookup.find(text, in: store)
        guard let detail = try await store.uploadDetail(id, fileLimit: 0) else {
          throw UploadLookup.missing(text)
        }
        guard detail.upload.state.mayBeForgotten else {
          throw CommandFailure(
            "\(id) is \(detail.upload.state.rawValue). Only what ended without a proof can be "
              + "forgotten; cancel what is under way first.", .conflict)
        }
        chosen.append(detail)
      }
      for detail in chosen {
        Output.note(
          "\(detail.upload.id)  \(PersonName.display(detail.upload.study.patientName))  "
            + "\(detail.upload.fileCount) images, \(detail.upload.state.rawValue); "
            + "\(detail.copies.files) copies, \(Words.bytes(detail.copies.bytes))")
      }
      if !yes {
        guard isatty(STDIN_FILENO) == 1 else {
          throw CommandFailure("Nobody can be asked here. Say --yes to forget them.", .usage)
        }
        Output.note("Their record and copies are removed for good. Type yes to go on:")
        guard readLine()?.trimmingCharacters(in: .whitespaces).lowercased() == "yes" else {
          throw CommandFailure("Nothing was forgotten.", .conflict)
        }
      }
      for detail in chosen {
        let copies = try await store.forget(detail.upload.id, at: Date())
        Output.line("\(detail.upload.id)  forgotten  \(copies.files) copies removed")
      }
    }
  }
}
