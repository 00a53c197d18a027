import ArgumentParser
import Foundation
import Gateway
import GatewayEmbedded

/// `radrelay-gateway doctor`.
struct Doctor: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check the data directory, the disk, the database and the PACS.",
    discussion: "Exit code 0: all well; 1: warnings; 2: something does not work.")

  @OptionGroup var data: DataOptions
  @OptionGroup var pacs: PACSOptions

  private enum Verdict: String { case ok, warn, fail }

  func run() async throws {
    let folder = try data.folder()
    var verdicts: [Verdict] = []
    func say(_ verdict: Verdict, _ text: String) {
      verdicts.append(verdict)
      let word = verdict.rawValue
      print("\(word)\(String(repeating: " ", count: 5 - word.count))\(text)")
    }
    checkFolder(folder, say)
    checkDisk(folder, say)
    await checkDatabase(folder, say)
    await checkPACS(say)
    if verdicts.contains(.fail) { throw ExitCode(2) }
    if verdicts.contains(.warn) { throw ExitCode(1) }
  }

  private func checkFolder(_ folder: URL, _ say: (Verdict, String) -> Void) {
    let attributes = try? FileManager.default.attributesOfItem(atPath: folder.path)
    guard let mode = (attributes?[.posixPermissions] as? NSNumber)?.intValue else {
      say(.fail, "data directory: it does not exist; `serve` makes it, or correct --data")
      return
    }
    guard FileManager.default.isWritableFile(atPath: folder.path) else {
      say(.fail, "data directory: no right to write; change its owner to the gateway's user")
      return
    }
    if mode & 0o077 != 0 {
      say(.warn, "data directory: others may enter it; run chmod 700 on it")
    } else {
      say(.ok, "data directory: only its owner may enter it")
    }
  }

  private func checkDisk(_ folder: URL, _ say: (Verdict, String) -> Void) {
    guard let free = try? DiskSpace.free(at: folder) else {
      say(.fail, "disk: the free space cannot be asked for")
      return
    }
    let megabytes = free >> 20
    let reserve = GatewayConfiguration().diskReserve
    if free < reserve {
      say(.fail, "disk: \(megabytes) MiB free; studies are refused below \(reserve >> 20) MiB")
    } else if free < 8 * reserve {
      say(.warn, "disk: \(megabytes) MiB free; make room soon")
    } else {
      say(.ok, "disk: \(megabytes) MiB free")
    }
  }

  private func checkDatabase(_ folder: URL, _ say: (Verdict, String) -> Void) async {
    let file = DataDirectory(folder).database
    guard FileManager.default.fileExists(atPath: file.path) else {
      say(.warn, "database: there is none yet; make an account with `user add`")
      return
    }
    do {
      let catalogue = try SQLiteCatalogue(file: file, bus: InProcessEventBus())
      let problems = try await catalogue.integrityProblems()
      if problems.isEmpty {
        say(.ok, "database: sound; \(try await catalogue.queueDepth()) studies wait for the PACS")
      } else {
        say(.fail, "database: damaged (\(problems.count) findings); restore a backup")
      }
    } catch {
      say(.fail, "database: cannot be opened; check its rights and restore a backup if needed")
    }
  }

  private func checkPACS(_ say: (Verdict, String) -> Void) async {
    do {
      guard let remote = try pacs.configuration() else {
        say(.ok, "PACS: none named; the built-in archive keeps the studies")
        return
      }
      // A study that cannot exist: any proper answer shows that the PACS speaks DICOMweb to us.
      _ = try await DICOMwebArchive(configuration: remote).instances(ofStudy: "1.2.3.4.5.6.7.8.9")
      say(
        .ok,
        remote.keepsBytes
          ? "PACS: it answers queries; studies end as committed, their bytes compared"
          : "PACS: it answers queries; studies end as verified, listed by the PACS "
            + "(--pacs-keeps-bytes compares their bytes)")
    } catch let error as ArchiveError {
      say(.fail, "PACS: \(error.words); check --pacs, the user, and that it runs")
    } catch {
      say(.fail, "PACS: \(error)")
    }
  }
}
