public import Screen

/// Step one of the wizard: which folders to read. Holds what is shown of the file system; asks for
/// listings and never reads itself.
public struct FolderBrowser: Sendable, Equatable {
  /// A row of the list.
  public enum Row: Sendable, Equatable {
    /// Read the folder that is shown (and those that are marked).
    case readHere
    case parent
    case folder(String)
    /// A ZIP archive, or the index of a medium.
    case archive(String)
  }

  /// What is shown; nil before the first listing arrived.
  public private(set) var listing: FolderListing?
  /// The path that was asked for and has not been answered.
  public private(set) var pending: String?
  /// Folders chosen so far, in the order of choosing.
  public private(set) var marked: [String] = []
  public var selection = 0
  public var top = 0
  /// The path being typed; nil while the list has the keys.
  public private(set) var typing: TextField?
  /// What the typed path is completed from: the listing of the folder that it is in.
  public private(set) var candidates: FolderListing?
  /// The folder whose listing completes the typed path.
  private var askedFor: String?
  /// Why the last folder could not be opened, in words.
  public private(set) var problem: String?
  /// The folder that was left, to select it again in its parent.
  private var cameFrom: String?

  public init() {}

  /// The folder shown; empty before the first listing arrived.
  public var path: String { listing?.path ?? "" }

  /// True when the folder shown could be read, if only in part.
  public var isReadable: Bool {
    listing.map { $0.problem == nil || !$0.entries.isEmpty } ?? false
  }

  public var rows: [Row] {
    guard let listing else { return [] }
    var rows: [Row] = isReadable ? [.readHere] : []
    if PathText.parent(listing.path) != nil { rows.append(.parent) }
    return rows
      + listing.entries.filter { $0.isFolder && !$0.name.hasPrefix(".") }
      .map { .folder($0.name) }
      + listing.entries.filter { !$0.isFolder && Self.isArchive($0.name) }
      .map { .archive($0.name) }
  }

  /// True for names of what is looked into like a folder.
  static func isArchive(_ name: String) -> Bool {
    !name.hasPrefix(".") && (name.lowercased().hasSuffix(".zip") || name == "DICOMDIR")
  }

  public var selected: Row? {
    let rows = rows
    return rows.indices.contains(selection) ? rows[selection] : nil
  }

  /// Files in the folder shown, and their bytes.
  public var files: (count: Int, bytes: Int64) {
    let files = listing?.entries.filter { !$0.isFolder } ?? []
    return (
      files.count,
      files.reduce(Int64(0)) { $0.addingReportingOverflow(max(0, $1.byteCount)).partialValue }
    )
  }

  /// What a scan reads: the marked folders, or the one shown; none while another one is being
  /// opened, which is the one that the person means.
  public var roots: [String] {
    if !marked.isEmpty { return marked }
    return isReadable && pending == nil ? [path] : []
  }

  public func isMarked(_ row: Row) -> Bool {
    switch row {
    case .readHere: marked.contains(path)
    case .parent: false
    case .folder(let name), .archive(let name): marked.contains(PathText.join(path, name))
    }
  }

  public mutating func move(by rows: Int) {
    let last = max(0, self.rows.count - 1)
    selection = min(last, max(0, selection.addingReportingOverflow(rows).partialValue))
  }

  /// Goes to a folder.
  public mutating func open(_ path: String) -> Effect {
    cameFrom = PathText.parent(self.path) == path ? PathText.name(self.path) : nil
    pending = path
    return .listFolder(path: path)
  }

  /// Goes into the selected row, up for `..`; nil when there is nothing to go into.
  public mutating func enter() -> Effect? {
    switch selected {
    case .folder(let name): open(PathText.join(path, name))
    case .parent: up()
    case .readHere, .archive, nil: nil
    }
  }

  public mutating func up() -> Effect? { PathText.parent(path).map { open($0) } }

  /// Marks the selected folder, or takes the mark away; the first two rows mean the folder shown.
  public mutating func toggleMark() {
    switch selected {
    case .folder(let name), .archive(let name): toggle(PathText.join(path, name))
    case .readHere: toggle(path)
    case .parent, nil: break
    }
  }

  public mutating func mark(_ paths: [String]) {
    for path in paths where !marked.contains(path) { marked.append(path) }
  }

  public mutating func unmarkAll() { marked = [] }

  private mutating func toggle(_ path: String) {
    if let index = marked.firstIndex(of: path) {
      marked.remove(at: index)
    } else {
      marked.append(path)
    }
  }

  // MARK: Typing

  /// Begins a path: with `text`, or with the folder shown.
  public mutating func beginTyping(_ text: String? = nil) -> [Effect] {
    let start = text ?? (path.hasSuffix("/") || path.isEmpty ? path : path + "/")
    typing = TextField(start, limit: 4_096)
    return askForCandidates()
  }

  /// True when Right can take the completion.
  public var caretIsAtEnd: Bool { typing.map { $0.caret == $0.characters.count } ?? false }

  public mutating func stopTyping() { typing = nil }

  /// A key while a path is typed; nil when it is none of the field's.
  public mutating func type(_ key: Key) -> [Effect]? {
    guard var field = typing, field.handle(key) else { return nil }
    take(field)
    return askForCandidates()
  }

  public mutating func paste(_ text: String) -> [Effect] {
    guard var field = typing else { return [] }
    field.insert(text)
    take(field)
    return askForCandidates()
  }

  private mutating func take(_ field: TextField) {
    var field = field
    // The field begins with the folder shown; an absolute path is typed or pasted behind it.
    if field.caret == field.characters.count, let whole = PathText.begunAnew(field.text) {
      field.set(whole)
    }
    typing = field
  }

  /// Folders that the typed text can become.
  public var completions: [String] {
    guard let typing, let candidates else { return [] }
    let (folder, prefix) = PathText.split(typing.text, current: path)
    guard folder == askedFor else { return [] }
    return candidates.entries.filter {
      $0.isFolder && $0.name.hasPrefix(prefix) && (!$0.name.hasPrefix(".") || prefix.hasPrefix("."))
    }.map(\.name)
  }

  /// Completes the typed text as far as it is certain.
  public mutating func complete() -> [Effect] {
    guard let text = typing?.text else { return [] }
    let names = completions
    guard !names.isEmpty else { return [] }
    let (folder, _) = PathText.split(text, current: path)
    let end = names.count == 1 ? "/" : ""
    let start = text.contains("/") || text == "~" ? folder : path
    typing?.set(PathText.join(start, PathText.commonPrefix(names)) + end)
    return askForCandidates()
  }

  /// Goes to the typed path and gives the keys back to the list.
  public mutating func goToTyped() -> Effect? {
    guard let text = typing?.text else { return nil }
    typing = nil
    var target = text
    while target.count > 1, target.hasSuffix("/") { target.removeLast() }
    guard !target.isEmpty else { return nil }
    let isRelative = !target.hasPrefix("/") && !target.hasPrefix("~")
    let whole = isRelative ? PathText.join(path, target) : target
    // Not a folder to go into: it is marked, to be read with the others.
    if Self.isArchive(PathText.name(whole)) {
      mark([whole])
      return nil
    }
    return open(whole)
  }

  private mutating func askForCandidates() -> [Effect] {
    guard let typing else { return [] }
    let (folder, _) = PathText.split(typing.text, current: path)
    guard folder != askedFor, !folder.isEmpty else { return [] }
    askedFor = folder
    if folder == path {
      candidates = listing
      return []
    }
    candidates = nil
    return [.listFolder(path: folder)]
  }

  // MARK: Answers

  /// Takes a listing: of the folder that was asked for, or for completion.
  public mutating func receive(_ answer: FolderListing) {
    if typing != nil, candidates == nil, pending == nil, let askedFor {
      if answer.asked == askedFor { candidates = answer }
      return
    }
    guard answer.asked == pending || listing == nil || listing?.path == answer.path else { return }
    pending = nil
    askedFor = nil
    candidates = nil
    if answer.problem != nil, answer.entries.isEmpty, listing != nil, answer.path != path {
      // Stay where we are: the reason is shown, the list does not vanish.
      // The reason first: on a narrow screen the end of a path may be cut, the reason not.
      problem = "\(answer.problem ?? "") \(answer.path)"
      return
    }
    // A word on a folder that can be read all the same: not all entries are shown.
    problem = answer.entries.isEmpty ? nil : answer.problem
    listing = answer
    top = 0
    selection = 0
    if let name = cameFrom, let row = rows.firstIndex(of: .folder(name)) { selection = row }
    cameFrom = nil
  }
}
