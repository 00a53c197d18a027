public import Domain

/// The uploads pane: the queue, one upload in full, or the way into the queue.
public struct UploadsState: Sendable, Equatable {
  /// Groups of states that the list can be narrowed to.
  public enum Group: String, Sendable, CaseIterable {
    case all, underWay, needsYou, done

    /// The word in the heading.
    public var title: String {
      switch self {
      case .all: "all"
      case .underWay: "under way"
      case .needsYou: "needs you"
      case .done: "done"
      }
    }

    /// Its states; empty for all.
    public var states: Set<UploadState> {
      switch self {
      case .all: []
      case .underWay: [.queued, .sending, .stored, .paused]
      case .needsYou: [.held, .failed, .duplicate, .unproven]
      case .done: [.verified, .committed, .cancelled]
      }
    }
  }

  public var list = ListWindow<Upload>()
  public var group = Group.all
  public var text = ""
  public var counts = UploadCounts()
  /// The upload whose detail is shown; follows the selection when it rests.
  public var focus: UploadID?
  /// Files and log of the upload in focus, as far as they are read.
  public var detail: UploadDetail?
  /// True while one upload has the whole pane.
  public var isOpen = false
  /// First line of the open upload's text.
  public var scroll = 0
  public var wizard: WizardState?
  /// What was not brought to its end when the program ended; nil once it is gone on with.
  public var unfinished: UnfinishedSelection?
  /// False until the store was asked for it.
  var asksForDraft = true
  /// True from the first time that the wizard was kept until it is forgotten.
  var hasDraft = false
  /// True while a change waits to be kept.
  var awaitsDraftTimer = false
  /// Where the wizard was left: it opens there again.
  public var lastFolder: String?
  /// Who is logged in; nil when nobody is.
  public var login: UploadOwner?
  /// Why the list could not be read, in words.
  public var problem: String?

  public init() {}

  public var filter: UploadFilter { UploadFilter(text: text, states: group.states) }

  /// The upload in focus, as new as there is.
  public var focused: Upload? {
    guard let focus else { return nil }
    return list.rows.first { $0.id == focus }
      ?? (detail?.upload.id == focus ? detail?.upload : nil)
  }

  /// What a command works on: the open upload, or the selected row.
  public var target: Upload? { isOpen ? focused : list.selectedRow }

  /// The user who queued the target, when that is somebody else than who is logged in.
  public var otherOwner: String? {
    guard let target, let login, !target.belongsTo.isSame(as: login) else { return nil }
    return target.owner
  }

  /// How many uploads are in some states.
  public func count(_ states: UploadState...) -> Int {
    states.reduce(0) { $0 + (counts.byState[$1] ?? 0) }
  }
}
