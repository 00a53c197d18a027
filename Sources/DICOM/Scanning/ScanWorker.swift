import Foundation

/// One thread of a scan: takes jobs, lists folders, reads files.
struct ScanWorker {
  let work: ScanWork
  let source = ByteSource()
  let memory = HeaderMemory()
  private static let filesPerJob = 64
  private static let filesPerEvent = 512

  init(work: ScanWork) { self.work = work }

  func run() {
    while var job = work.take() {
      var found = ScanEvent()
      // Waking a reader for every small folder costs more than reading it; a slow medium still
      // shows progress.
      let limit = ContinuousClock.now + .milliseconds(20)
      while true {
        switch job {
        case .root(let path): visitRoot(path, &found)
        case .folder(let path): visit(path, &found)
        case .files(let folder, let names): read(names, in: folder, &found)
        }
        guard found.counts.files < Self.filesPerEvent, ContinuousClock.now < limit,
          let next = work.more()
        else { break }
        job = next
      }
      work.done(found)
    }
  }

  /// A path that a person named: a folder, a file, or the index of a medium.
  private func visitRoot(_ path: String, _ found: inout ScanEvent) {
    var status = stat()
    guard stat(path, &status) == 0 else {
      skip(path, "cannot be opened: \(ByteSource.systemWords(errno))", &found)
      return
    }
    switch status.st_mode & S_IFMT {
    case S_IFDIR: visit(path, &found)
    case S_IFREG:
      let parent = (path as NSString).deletingLastPathComponent
      read(
        [(path as NSString).lastPathComponent], in: parent.isEmpty ? "." : parent, isRoot: true,
        &found)
    default:
      // Not even opened: a pipe would wait for its other end, a device may begin to move.
      found.counts.files += 1
      skip(path, "it is no file and no folder", &found)
    }
  }

  private func visit(_ folder: String, _ found: inout ScanEvent) {
    var status = stat()
    guard stat(folder, &status) == 0 else {
      skip(folder, "cannot be opened: \(ByteSource.systemWords(errno))", &found)
      return
    }
    let identity = ScanWork.Identity(
      device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
    if work.enters(folder: identity) { list(folder, &found) }
  }

  private func list(_ folder: String, _ found: inout ScanEvent) {
    guard let stream = opendir(folder) else {
      skip(folder, "the folder cannot be opened: \(ByteSource.systemWords(errno))", &found)
      return
    }
    defer { closedir(stream) }
    found.counts.folders += 1
    var names: [String] = []
    var folders: [String] = []
    while !work.isStopped, let entry = readdir(stream) {
      // The name runs to its zero byte, wherever the field ends.
      let offset = MemoryLayout<dirent>.offset(of: \.d_name) ?? 0
      let start = (UnsafeRawPointer(entry) + offset).assumingMemoryBound(to: CChar.self)
      if start[0] == 0x2E && (start[1] == 0 || (start[1] == 0x2E && start[2] == 0)) { continue }
      guard let name = String(validatingCString: start) else {
        found.counts.files += 1
        skip(join(folder, String(cString: start)), "its name is not valid UTF-8: rename it", &found)
        continue
      }
      switch kind(Int32(entry.pointee.d_type), folder, name) {
      case .folder: folders.append(join(folder, name))
      case .file: names.append(name)
      case .deadLink: skip(join(folder, name), "the link leads nowhere", &found)
      case .special:
        found.counts.files += 1
        skip(join(folder, name), "it is no file and no folder", &found)
      }
      if names.count == Self.filesPerJob * 16 { hand(&names, folder) }
    }
    work.add(folders.sorted(by: >).map { .folder($0) })
    if names.count > Self.filesPerJob {
      hand(&names, folder)
    } else {
      // Few files: the folder is open already.
      read(names, in: folder, dirfd(stream), &found)
    }
  }

  private enum Kind {
    case folder, file, deadLink, special
  }

  private func kind(_ type: Int32, _ folder: String, _ name: String) -> Kind {
    switch type {
    case Int32(DT_DIR): return .folder
    case Int32(DT_REG): return .file
    case Int32(DT_LNK), Int32(DT_UNKNOWN):
      var status = stat()
      guard stat(join(folder, name), &status) == 0 else { return .deadLink }
      switch status.st_mode & S_IFMT {
      case S_IFDIR: return .folder
      case S_IFREG: return .file
      default: return .special
      }
    default: return .special
    }
  }

  private func hand(_ names: inout [String], _ folder: String) {
    let jobs = stride(from: 0, to: names.count, by: Self.filesPerJob).map { start in
      ScanWork.Job.files(
        folder: folder, names: Array(names[start..<min(start + Self.filesPerJob, names.count)]))
    }
    names = []
    work.add(jobs)
  }

  func join(_ folder: String, _ name: String) -> String {
    folder.utf8.last == UInt8(ascii: "/") ? folder + name : folder + "/" + name
  }

  func skip(_ path: String, _ reason: String, _ found: inout ScanEvent) {
    found.skipped.append(ScanSkip(path: path, reason: reason))
    found.counts.skipped += 1
  }
}
