public import Domain
public import Foundation
public import Screen

/// Everything that can happen to the interface. Times come with the message: `update` reads no
/// clock.
public enum Message: Sendable, Equatable {
  case input(InputEvent)
  /// Rows for a ``Query``.
  case loaded(Loaded)
  case done(Done)
  /// An effect could not be done; `text` says what, why and what to do.
  case failed(FailedWork, String)
  case folder(FolderListing)
  case scan(ScanProgress)
  /// The files of a scan, ready to be sorted.
  case organised(Organiser)
  /// What is known of studies that are about to be queued.
  case review(ReviewAnswer)
  case loginResult(LoginResult)
  case connection(Connection)
  case transfer(TransferStatus)
  /// Rows changed in the store, by this or another process: reload what is on screen.
  case storeChanged(Set<StoreRegion>)
  /// The wall clock, once a minute, and before any of the others that need it.
  case clock(Date)
  case timer(Timer)
  case viewer(ViewerAnswer)
  /// How pictures can be shown, as the terminal answered or a resize changed it.
  case images(ImageOutput)

  /// Timers that the interface starts for itself.
  public enum Timer: String, Sendable, Equatable {
    case filterSettled, toastOver, prefixOver, selectionRested, draftDue
  }
}

/// Which work failed.
public enum FailedWork: Sendable, Equatable {
  case load(Query)
  case perform(Action)
  case scan
  case folder
  case savePDF
  case saveReceipt
  case draft
  case sync
}

/// Work that was done, with what a person may want to read.
public enum Done: Sendable, Equatable {
  case enqueued([UploadID])
  case performed(Action)
  case savedPDF(path: String)
  /// The path of the PDF; the signed JSON lies beside it.
  case savedReceipt(path: String)
}

/// A folder's content for the wizard: folders first, by name.
public struct FolderListing: Sendable, Equatable {
  public struct Entry: Sendable, Equatable {
    public var name: String
    public var isFolder: Bool
    public var byteCount: Int64
    public init(name: String, isFolder: Bool, byteCount: Int64) {
      self.name = name
      self.isFolder = isFolder
      self.byteCount = byteCount
    }
  }
  /// What was asked for, letter by letter: it may begin with `~` or be relative.
  public var asked: String
  /// Absolute.
  public var path: String
  public var entries: [Entry]
  /// Why it could not be read, in words.
  public var problem: String?
  /// - Parameter asked: what was asked for, where it is not `path` itself.
  public init(path: String, asked: String? = nil, entries: [Entry], problem: String? = nil) {
    self.asked = asked ?? path
    self.path = path
    self.entries = entries
    self.problem = problem
  }
}

/// How a login went.
public enum LoginResult: Sendable, Equatable {
  case success(User)
  /// The password is right; the code of the second factor is wanted. With what was wrong about the
  /// one before, if there was one.
  case codeWanted(String)
  case failure(String)
}

/// Rows answered to a query, with the query, so that a late answer is recognised.
public enum Loaded: Sendable, Equatable {
  case uploads(UploadFilter, Window, ListPage<Upload>, UploadCounts)
  case upload(UploadDetail?)
  case reports(ReportFilter, Window, ListPage<Report>, ReportCounts)
  case report(Report?)
  case cases(CaseFilter, Window, ListPage<TeachingCase>, CaseFacets)
  case teachingCase(TeachingCase?)
  case notifications(unreadOnly: Bool, Window, ListPage<NotificationItem>)
  case dashboard(DashboardCounts)
  case settings([Setting: String])
  case draft(UnfinishedSelection?)
  case templates([StoredTemplate])
  case spool(SpoolStanding)
  case frame(FrameInfo)
}
