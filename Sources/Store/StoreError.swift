public import Domain

/// Why the store could not do something, in words that name the path or row and say what to do.
public enum StoreError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The store lies on a file system where WAL and locks do not work.
  case networkFileSystem(path: String, kind: String)
  /// A folder or file of the store belongs to another user.
  case foreignOwner(path: String, owner: UInt32)
  /// A folder or file cannot be made or opened.
  case inaccessible(path: String, reason: String)
  /// No room on the disk; the change was not made, everything earlier is kept.
  case diskFull(path: String)
  /// Not enough room for what is to be copied into the spool; in words, with the sizes.
  case noRoom(String)
  /// A file that is to be copied into the spool is gone, changed or unreadable.
  case source(path: String, reason: String)
  /// The file is not a database or is damaged.
  case corrupt(path: String, reason: String)
  /// A newer RadRelay made the store.
  case newerVersion(path: String, found: String)
  /// Another process kept the store locked for longer than anybody should wait.
  case busy(path: String, seconds: Int)
  case unknownUpload(UploadID)
  case unknownFile(FileID)
  /// The state machine forbids it.
  case illegalTransition(UploadID, from: UploadState, to: UploadState)
  /// A later state was asked for without proof for every instance.
  case missingEvidence(UploadID, to: UploadState, proven: Int, of: Int)
  /// The upload is somebody else's; only they, or who takes it over, may give it up or force it.
  case belongsToAnother(UploadID, owner: String)
  /// An upload cannot be taken over; why, and what to do.
  case notTakenOver(UploadID, reason: String)
  /// A value that the store must not take, named.
  case invalid(String)
  /// Anything else that SQLite says.
  case database(String)

  public var description: String {
    switch self {
    case .networkFileSystem(let path, let kind):
      "\(path) lies on a network file system (\(kind)), where SQLite's write-ahead log and locks "
        + "do not work: studies could be lost. Set RADRELAY_HOME (or --home) to a folder on a "
        + "local disk."
    case .foreignOwner(let path, let owner):
      "\(path) belongs to user \(owner), not to you. Use your own folder (RADRELAY_HOME or "
        + "--home), or have the owner corrected with chown."
    case .inaccessible(let path, let reason):
      "\(path) cannot be used: \(reason). Check its permissions, or choose another folder with "
        + "RADRELAY_HOME or --home."
    case .diskFull(let path):
      "No room on the disk of \(path). Nothing was lost and nothing was changed; make room and "
        + "try again."
    case .noRoom(let words): words
    case .source(let path, let reason):
      "\(path) cannot be copied: \(reason). Nothing of it was queued; make it readable, or read the "
        + "folder again."
    case .corrupt(let path, let reason):
      "\(path) is damaged or is not a RadRelay store (\(reason)). Move it aside and start again; "
        + "your DICOM files are where they were."
    case .newerVersion(let path, let found):
      "\(path) was made by a newer RadRelay (schema \(found)). Update this program."
    case .busy(let path, let seconds):
      "\(path) was kept locked by another process for \(seconds) s. See which one with "
        + "`fuser \(path)`, then try again."
    case .unknownUpload(let id):
      "There is no upload \(id) in this store. See `radrelay queue ls`."
    case .unknownFile(let id):
      "There is no file \(id) in this store."
    case .illegalTransition(_, let from, let to):
      "An upload that is \(from.rawValue) cannot become \(to.rawValue)."
    case .missingEvidence(_, let to, let proven, let total):
      "Only \(proven) of \(total) instances are proven: the upload cannot become \(to.rawValue)."
    case .belongsToAnother(let id, let owner):
      "It was queued by \(owner). Take it over first: radrelay queue take \(id)"
    case .notTakenOver(_, let reason): reason
    case .invalid(let what): what
    case .database(let text): "The store answered: \(text)"
    }
  }
}
