public import Domain

/// Work that the interface asks for; performed outside of it, answered with a ``Message``.
/// Nothing in `Workstation` touches disk, network or clock.
public enum Effect: Sendable, Equatable {
  /// Reads rows from the store; answered with ``Message/loaded(_:)`` or ``Message/failed(_:_:)``.
  /// A later query of the same kind replaces one that still runs.
  case load(Query)
  /// Changes the store; answered with ``Message/done(_:)`` or ``Message/failed(_:_:)``.
  case perform(Action)
  /// Lists a folder for the wizard; answered with ``Message/folder(_:)``.
  case listFolder(path: String)
  /// Scans folders for studies; answered with ``Message/scan(_:)``, repeatedly.
  case scan(roots: [String])
  case cancelScan
  /// Reads what every file of the studies says of its patient, for the organiser; answered with
  /// ``Message/organised(_:)``.
  case organise([ScannedStudy])
  /// Looks for earlier sendings of these studies; answered with ``Message/review(_:)``, repeatedly.
  case review([ReviewSubject])
  case cancelReview
  /// Looks what room there is for copies, and how fast the line was; answered with
  /// ``Message/review(_:)``.
  case estimate
  /// Keeps what the wizard holds, for the case that the program ends in the middle of it; answered
  /// with ``Message/failed(_:_:)`` only.
  case keepDraft(WizardState)
  /// Forgets what was kept.
  case forgetDraft
  /// Answered with ``Message/loginResult(_:)``. The password leaves memory with the effect.
  case login(server: String, username: String, password: String, code: String? = nil)
  case logout
  case syncNow
  /// Fetches a report's PDF into the user's documents; answered with ``Message/done(_:)``.
  case savePDF(ReportID)
  /// Works for the viewer; answered with ``Message/viewer(_:)``.
  case viewer(ViewerRequest)
  /// Writes a signed receipt of an upload, as JSON and PDF, into the user's documents; answered with
  /// ``Message/done(_:)``.
  case saveReceipt(UploadID)
  /// Sends the timer after the given seconds; a second one of the same kind replaces the first.
  case after(seconds: Double, Message.Timer)
  /// Erases and redraws the whole screen.
  case redraw
  case bell
  case suspend
  case quit
}

/// Reads of the store. Lists are windows: at most a few hundred rows around what is on screen.
public enum Query: Sendable, Equatable {
  case uploads(UploadFilter, Window)
  /// One upload with its files (at most `limit`, failed ones first) and its log.
  case upload(UploadID, fileLimit: Int)
  case reports(ReportFilter, Window)
  case report(ReportID)
  case cases(CaseFilter, Window)
  case teachingCase(CaseID)
  case notifications(unreadOnly: Bool, Window)
  case dashboard(DashboardPeriod)
  case settings
  /// A wizard that was not brought to its end.
  case draft
  /// Upload templates of the login and its facility.
  case templates
  /// How full the folder of copies is.
  case spool
  /// Unread count, outbox depth, user, connection: what the frame shows.
  case frame
}

/// Changes of the store that a person asks for.
public enum Action: Sendable, Equatable {
  case enqueue([StudyDraft])
  /// - Parameter term: when it ends by itself; nil: a person ends it.
  case pause(UploadID, term: PauseTerm? = nil)
  /// In the sending order of its service level.
  case move(UploadID, QueueMove)
  /// - Parameter history: the clinical history from now on; nil: as it is.
  case setLevel(UploadID, ServiceLevel, history: String? = nil)
  case resume(UploadID)
  case retry(UploadID)
  case cancel(UploadID)
  /// Removes the record and the copies of an upload that is over without a proof.
  case forget(UploadID)
  /// Sends a duplicate all the same; the reason is kept.
  case force(UploadID, reason: String)
  /// Another user's upload becomes the login's, and goes out under it.
  case takeOver(UploadID)
  /// Everything that waits for other users of the login's gateway and facility.
  case takeOverAll
  case markReportViewed(ReportID)
  case markNotificationRead(NotificationID)
  case markAllNotificationsRead
  case set(Setting, value: String)
  /// - Parameter id: nil for a new template.
  case saveTemplate(TemplateID?, UploadTemplate.Scope, TemplateValues)
  case deleteTemplate(TemplateID)
}
