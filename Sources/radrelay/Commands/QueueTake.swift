import ArgumentParser
import Domain
import Foundation
import Store

extension QueueCommand {
  /// `radrelay queue take`: the evening shift goes on with what the morning shift queued.
  struct Take: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Take over uploads of other users, so that they go out under your login.",
      discussion: """
        An upload goes out under the login of whoever queued it, at that gateway, for that \
        facility. Taking over makes it yours; its history keeps whose it was. What the other user's \
        session had is sent again.
        """)

    @OptionGroup var home: HomeOptions
    @Argument(help: "Upload ids, or their first characters.") var uploads: [String] = []
    @Option(help: "Everything that this user queued and that is not sent yet.") var from: String?
    @Flag(help: "Everything that waits for other users of your facility.") var all = false
    @Flag(help: "Also what was queued for another facility: it is filed under yours then.")
    var changeFacility = false

    func validate() throws {
      guard [!uploads.isEmpty, from != nil, all].count(where: { $0 }) == 1 else {
        throw ValidationError("Name uploads, or use --from USER, or --all.")
      }
      guard !changeFacility || !uploads.isEmpty else {
        throw ValidationError("--change-facility needs the uploads by name.")
      }
    }

    func run() async throws {
      let (store, account) = try await home.openLoggedIn()
      let names =
        uploads.isEmpty
        ? try await store.uploadsOfOthers(than: account.owner, of: from).map(\.id.rawValue)
        : uploads
      guard !names.isEmpty else {
        throw CommandFailure(
          "Nothing of \(from ?? "other users") waits that you could take over. "
            + "See: radrelay queue ls", .notFound)
      }
      var failures: [ExitStatus] = []
      for name in names {
        do {
          let id = try await UploadLookup.find(name, in: store)
          try await store.takeOver(
            id, for: account.owner, changesFacility: changeFacility, at: Date())
          Output.line("\(id)  taken over")
        } catch let failure as CommandFailure {
          Output.note(failure.message)
          failures.append(failure.status)
        } catch let error as StoreError {
          Output.note("\(name): \(error)")
          failures.append(.conflict)
        }
      }
      guard let worst = failures.last else { return }
      throw ExitCode(
        failures.count < names.count ? ExitStatus.partial.rawValue : worst.rawValue)
    }
  }
}

/// What other users queued here and what it waits for, in words.
struct WaitingForOthers {
  /// Uploads by the user who queued them.
  var counts: [String: Int] = [:]

  init(_ store: Store) async throws {
    guard let account = try await store.account() else { return }
    for upload in try await store.uploadsOfOthers(than: account.owner) where upload.state == .queued
    {
      counts[upload.owner, default: 0] += 1
    }
  }

  /// One line for each user.
  var lines: [String] {
    counts.sorted { $0.key < $1.key }.map { user, number in
      "\(number) \(number == 1 ? "upload" : "uploads") queued by \(user) "
        + "\(number == 1 ? "waits" : "wait") for their login; "
        + "to send under yours: radrelay queue take --from \(user)"
    }
  }
}
