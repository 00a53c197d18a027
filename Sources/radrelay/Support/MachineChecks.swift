import Domain
import Foundation
import Imaging
import Runtime
import Store

/// What `doctor` says about this machine: store, configuration, helpers, gateway.
struct MachineChecks {
  let home: Home

  var all: [Check] {
    get async {
      var checks = [decoder] + configuration
      checks += await store
      return checks
    }
  }

  private var decoder: Check {
    do {
      try DecoderPresence.check()
      return .ok("decoder", "radrelay-decoder is there: compressed images can be shown")
    } catch {
      return .hint("decoder", error.description)
    }
  }

  private var configuration: [Check] {
    let problems = UserConfiguration.load(folder: home.configuration).problems
    if problems.isEmpty { return [.ok("settings", "\(home.configuration): nothing wrong")] }
    return problems.map { .hint("settings", $0) }
  }

  private var store: [Check] {
    get async {
      guard FileManager.default.fileExists(atPath: home.data) else {
        return [.ok("store", "\(home.data): none yet; it is made when it is needed")]
      }
      var checks: [Check] = []
      let mode =
        ((try? FileManager.default.attributesOfItem(atPath: home.data))?[.posixPermissions]
        as? NSNumber)?.intValue ?? 0
      if mode & 0o077 != 0 {
        checks.append(
          .hint("store", "others may enter \(home.data)", "chmod 700 '\(home.data)'"))
      }
      do {
        let store = try home.openStore()
        defer { try? store.close() }
        checks.append(.ok("store", "\(home.data): opens"))
        checks.append(Self.copies(try await store.spoolStanding()))
        guard let account = try await store.account() else {
          checks.append(
            .hint(
              "gateway", "nobody is logged in", "radrelay login https://YOUR-GATEWAY --user NAME"))
          return checks
        }
        checks.append(await gateway(account.server))
      } catch {
        checks.append(.fail("store", "\(home.data): \(error)"))
      }
      return checks
    }
  }

  /// What is kept for nobody but a person who looks.
  private static func copies(_ spool: SpoolStanding) -> Check {
    let used = "\(Words.bytes(spool.bytes)) in \(spool.files) copies"
    guard spool.kept.files > 0 else { return .ok("copies", used) }
    return .hint(
      "copies",
      "\(used); \(spool.kept.files) (\(Words.bytes(spool.kept.bytes))) are of "
        + "\(spool.kept.uploads) uploads that ended without a proof, and stay",
      "radrelay queue ls --state unproven; radrelay queue forget UPLOAD")
  }

  private func gateway(_ server: String) async -> Check {
    do {
      try await Engine.greet(server)
      return .ok("gateway", "\(server) answers")
    } catch {
      return .hint("gateway", "\(server): \(error)")
    }
  }
}
