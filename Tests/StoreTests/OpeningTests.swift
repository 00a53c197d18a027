import Domain
import Foundation
import GRDB
import Testing

@testable import Store

@Suite struct OpeningTests {
  let sandbox = Sandbox()

  func mode(_ path: String) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    return try #require((attributes[.posixPermissions] as? NSNumber)?.intValue)
  }

  @Test func foldersFollowTheEnvironment() {
    let xdg = Home.resolve(environment: [
      "HOME": "/home/a", "XDG_DATA_HOME": "/d", "XDG_RUNTIME_DIR": "/run/user/1",
      "XDG_CONFIG_HOME": "relative",
    ])
    #expect(xdg.data == "/d/radrelay" && xdg.runtime == "/run/user/1/radrelay")
    #expect(xdg.configuration == "/home/a/.config/radrelay")
    #expect(xdg.state == "/home/a/.local/state/radrelay")
    let one = Home.resolve(environment: ["RADRELAY_HOME": "/x/y", "XDG_DATA_HOME": "/d"])
    #expect(one == Home(folder: "/x/y"))
    #expect(Home.resolve(override: "/z", environment: ["RADRELAY_HOME": "/x"]).data == "/z")
  }

  @Test func nobodyElseCanRead() async throws {
    let store = try sandbox.open()
    _ = try await store.enqueue([draft()])
    #expect(try mode(sandbox.home.data) == 0o700)
    #expect(try mode(sandbox.home.data + "/run") == 0o700)
    var files = 0
    for name in try FileManager.default.contentsOfDirectory(atPath: sandbox.home.data)
    where name != "run" {
      #expect(try mode(sandbox.home.data + "/" + name) == 0o600, "\(name)")
      files += 1
    }
    #expect(files >= 3)
  }

  private func logSize(_ sandbox: Sandbox) -> Int64 {
    let path = sandbox.home.database + "-wal"
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    return (attributes?[.size] as? NSNumber)?.int64Value ?? 0
  }

  /// The next start need not read the write-ahead log, nor begin it.
  @Test func closingShortensTheLog() async throws {
    let store = try sandbox.open()
    let ids = try await store.enqueue([draft(), draft()])
    try store.close()
    // Header, and one page with its own header (SQLite file format 4.1).
    let page: Int64 = 32 + 24 + 4_096
    #expect(logSize(sandbox) == page)
    let again = try sandbox.open()
    #expect(try await again.upload(ids[0]) != nil)
    #expect(logSize(sandbox) == page)
    try again.close()
  }

  /// Others who read at that moment are not waited for, and lose nothing.
  @Test func closingLeavesTheLogToOthersAtWork() async throws {
    let store = try sandbox.open()
    _ = try await store.enqueue([draft()])
    let other = try DatabasePool(path: sandbox.home.database)
    let snapshot = try other.makeSnapshot()
    let before = try await snapshot.read {
      try Int.fetchOne($0, sql: "SELECT count(*) FROM uploads")
    }
    _ = try await store.enqueue([draft()])
    try store.close()
    #expect(
      try await snapshot.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM uploads") }
        == before)
    #expect(
      try await other.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM uploads") } == 2)
  }

  @Test func aNetworkFileSystemIsRefused() throws {
    let error = #expect(throws: StoreError.self) {
      try sandbox.open(StoreOptions(networkFileSystem: { _ in "NFS" }))
    }
    let text = "\(try #require(error))"
    #expect(text.contains(sandbox.home.data) && text.contains("NFS"))
    #expect(text.contains("RADRELAY_HOME"))
    #expect(FileSystemKind.network(type: 0x6969, mountType: { nil }) == "NFS")
    #expect(FileSystemKind.network(type: 0xFE53_4D42, mountType: { nil }) == "SMB")
    #expect(FileSystemKind.network(type: 0x0102_1997, mountType: { nil }) == "9p")
    #expect(FileSystemKind.network(type: 0x6573_5546, mountType: { "fuse.sshfs" }) == "fuse.sshfs")
    #expect(FileSystemKind.network(type: 0x6573_5546, mountType: { "fuse.gvfs" }) == nil)
    #expect(FileSystemKind.network(type: 0xEF53, mountType: { "ext4" }) == nil)
    // A negative f_type, as a 32-bit number that was sign-extended.
    #expect(FileSystemKind.network(type: -0x00AC_B2BE, mountType: { nil }) == "SMB")
  }

  @Test func foldersOfOthersAreRefused() throws {
    try FileManager.default.createDirectory(
      atPath: sandbox.home.data, withIntermediateDirectories: true)
    chmod(sandbox.home.data, 0o777)
    let open = #expect(throws: StoreError.self) { try sandbox.open() }
    #expect("\(try #require(open))".contains("other users may write"))
    chmod(sandbox.home.data, 0o755)
    if geteuid() == 0 {
      chown(sandbox.home.data, 12345, 12345)
      #expect(throws: StoreError.foreignOwner(path: sandbox.home.data, owner: 12345)) {
        try sandbox.open()
      }
      chown(sandbox.home.data, 0, 0)
    }
    _ = try sandbox.open()
    #expect(try mode(sandbox.home.data) == 0o755, "a person's folder is not changed")
  }

  @Test func damageAndNewerVersionsAreNamed() async throws {
    let store = try sandbox.open()
    try await store.write { db, _ in
      try db.execute(sql: "INSERT INTO grdb_migrations VALUES ('999 future')")
    }
    try store.close()
    #expect(
      throws: StoreError.newerVersion(path: sandbox.home.database, found: "999 future")
    ) { try sandbox.open() }

    let other = Sandbox()
    try securePrivateFolder(other.home.data)
    try Data(repeating: 65, count: 8192).write(to: URL(fileURLWithPath: other.home.database))
    let error = #expect(throws: StoreError.self) { try other.open() }
    guard case .corrupt(let path, _)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(path == other.home.database)
  }

  @Test func aFullDiskLosesNothing() async throws {
    let first = try sandbox.open()
    let kept = try await first.enqueue([draft()])
    let pages = try await first.read { try Int.fetchOne($0, sql: "PRAGMA page_count") ?? 0 }
    try first.close()
    let store = try sandbox.open(StoreOptions(maximumPageCount: pages + 4))
    var queued = 0
    let error = await #expect(throws: StoreError.self) {
      while queued < 10_000 {
        _ = try await store.enqueue([draft(files: 20)])
        queued += 1
      }
    }
    #expect(error == .diskFull(path: sandbox.home.database))
    #expect("\(try #require(error))".contains("Nothing was lost"))
    // What was promised is there, what failed left nothing behind, and reading goes on.
    #expect(try await store.names().count == 1 + queued)
    #expect(try await store.upload(kept[0]) != nil)
    let files = try await store.read {
      try Int.fetchOne($0, sql: "SELECT count(*) FROM upload_files") ?? 0
    }
    #expect(files == 1 + 20 * queued)
    try await store.write { db, _ in try db.execute(sql: "PRAGMA max_page_count = 1000000") }
    _ = try await store.enqueue([draft(files: 20)])
    #expect(try await store.names().count == 2 + queued)
  }
}
