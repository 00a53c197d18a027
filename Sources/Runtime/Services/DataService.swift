public import Domain
public import Workstation

/// Reads and changes of the workstation's memory, as the interface asks for them. Called off the
/// interface's thread; may take as long as it needs.
public protocol DataService: Sendable {
  /// Rows for a query. Cancelled when nobody wants the answer any more.
  func load(_ query: Query) async throws -> Loaded
  /// Makes a change; durable when it returns.
  func perform(_ action: Action) async throws -> Done
  /// Keeps what the wizard holds for the next start; nil forgets it. Durable when it returns.
  func keepDraft(_ wizard: WizardState?) async throws
  /// Writes a signed receipt of an upload, as JSON and PDF, into a folder, which is made.
  /// - Parameter program: name and version, as the receipt is to say it.
  /// - Returns: the path of the PDF.
  func saveReceipt(_ upload: UploadID, program: String, in folder: String) async throws -> String
  /// What room there is for copies, and how fast the line was.
  func estimate() async -> HandoverEstimate
  /// Parts of the store that changed, by this or another process.
  var changes: AsyncStream<Set<StoreRegion>> { get async }
}

/// What connects the workstation with its gateway.
public protocol SyncService: Sendable {
  /// Connection, transfer and trouble, as they change.
  var messages: AsyncStream<Message> { get async }
  /// Sends and fetches until the task is cancelled.
  func runUntilCancelled() async
  /// - Throws: an error whose description a person can act on.
  func login(server: String, username: String, password: String, code: String?) async throws
    -> User
  func logout() async throws
  /// What is known of the images of studies that are about to be queued, by the place of the study;
  /// ends when all is said.
  func earlier(_ drafts: [StudyDraft]) async -> AsyncStream<(index: Int, earlier: EarlierSending)>
  func syncNow() async
  /// Fetches a report's PDF into a file that does not exist yet.
  func savePDF(_ report: ReportID, to path: String) async throws
}

/// What the wizard reads of the disk.
public protocol FileService: Sendable {
  /// A folder's content; problems are part of the answer.
  func list(_ path: String) async -> FolderListing
  /// The state of a scan from time to time; ends when it is finished or dropped.
  func scan(_ roots: [String]) async -> AsyncStream<ScanProgress>
  /// What every file of the studies says, ready to be sorted by hand.
  func organise(_ studies: [ScannedStudy]) async -> Organiser
}

extension FileService {
  public func organise(_ studies: [ScannedStudy]) async -> Organiser {
    await HeaderReading.organiser(of: studies)
  }
}

/// All that the run loop needs of the rest of the program.
public struct RuntimeServices: Sendable {
  public var data: any DataService
  public var sync: any SyncService
  public var files: any FileService
  /// Names the files of what the viewer is to show; what it throws is told to the person.
  public var locate: @Sendable (ViewerSource) async throws -> [String]
  public var viewer: any ViewerService
  /// Ends what was started for the services; waited for, within ``RuntimeOptions/patience``.
  public var stop: @Sendable () async -> Void

  public init(
    data: any DataService, sync: any SyncService, files: any FileService = DiskFiles(),
    locate: @escaping @Sendable (ViewerSource) async throws -> [String] = StudyViewer.onlyPaths,
    viewer: (any ViewerService)? = nil,
    stop: @escaping @Sendable () async -> Void = {}
  ) {
    self.data = data
    self.sync = sync
    self.files = files
    self.locate = locate
    self.viewer = viewer ?? StudyViewer(locate: locate)
    self.stop = stop
  }
}
