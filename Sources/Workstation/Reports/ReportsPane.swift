import Domain
import Screen

/// The reports pane: list by status, text beside it or over the whole pane.
public enum ReportsPane: Pane {
  public static let id = PaneID.reports

  public static let commands: [PaneCommand<ReportsState>] = [
    PaneCommand(
      "reports.open", "read", keys: [Key(.enter)],
      help: "Shows the whole report; a ready one is then no longer new.",
      isShown: { !$0.isOpen },
      disabledReason: { $0.target == nil ? "no report is selected" : nil }),
    PaneCommand(
      "reports.pdf", "save PDF", keys: [.character("p")],
      help: "Saves the report as a PDF file.",
      disabledReason: { state in
        guard let report = state.target else { return "no report is selected" }
        if report.status != .ready { return "the report is not ready" }
        return report.hasPDF ? nil : "the gateway has no PDF of this report"
      }),
    PaneCommand(
      "reports.view", "images", keys: [.character("v")],
      help: "Shows the images that the report is about, where they are on this computer.",
      disabledReason: { state in
        guard let report = state.target else { return "no report is selected" }
        return report.remoteUploadID.isEmpty ? "the report does not name its images" : nil
      }),
    PaneCommand(
      "reports.show", "show", keys: [.character("f")],
      help: "Goes to the next tab: all, assigned, being read, ready, more data.",
      isShown: { !$0.isOpen }),
  ]

  public static func traits(_ state: ReportsState) -> PaneTraits {
    PaneTraits(
      filter: state.isOpen ? nil : state.text, goesBack: state.isOpen || state.isReading)
  }
}
