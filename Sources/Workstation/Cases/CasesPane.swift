import Domain
import Screen

/// The cases pane: library, facets, one case shown step by step as in a presentation.
public enum CasesPane: Pane {
  public static let id = PaneID.cases

  public static let commands: [PaneCommand<CasesState>] = [
    PaneCommand(
      "cases.open", "open", keys: [Key(.enter)],
      help: "Opens the case: history and image first, the rest covered.",
      isShown: { !$0.isOpen },
      disabledReason: { $0.list.selectedRow == nil ? "no case is selected" : nil }),
    PaneCommand(
      "cases.modality", "modality", keys: [.character("m")],
      help: "Shows the next modality; the arrows left and right do too.",
      isShown: { !$0.isOpen }),
    PaneCommand(
      "cases.part", "body part", keys: [.character("b")], help: "Shows the next part of the body.",
      isShown: { !$0.isOpen }),
    PaneCommand(
      "cases.everything", "all cases", keys: [.character("c")],
      help: "Shows all cases again: no modality, no part, no words.",
      isShown: { !$0.isOpen && ($0.modality != nil || $0.bodyPart != nil || !$0.text.isEmpty) }),
    PaneCommand(
      "cases.findings", "findings", keys: [.character("F"), .character("f")],
      help: "Uncovers the findings.",
      isShown: { $0.isOpen && !$0.revealed.contains(.findings) }),
    PaneCommand(
      "cases.diagnosis", "diagnosis", keys: [.character("D"), .character("d")],
      help: "Uncovers the diagnosis and the differentials.",
      isShown: { $0.isOpen && !$0.revealed.contains(.diagnosis) }),
    PaneCommand(
      "cases.teaching", "teaching", keys: [.character("T"), .character("t")],
      help: "Uncovers the teaching points.",
      isShown: { $0.isOpen && !$0.revealed.contains(.teachingPoints) }),
    PaneCommand(
      "cases.reveal", "all", keys: [.character(" ")], help: "Uncovers everything.",
      isShown: { $0.isOpen && $0.revealed.count < CasesState.Part.allCases.count }),
    PaneCommand(
      "cases.hide", "hide", keys: [.character("H")], help: "Covers everything again.",
      isShown: { $0.isOpen && !$0.revealed.isEmpty }),
    PaneCommand(
      "cases.view", "picture", keys: [.character("v")],
      help: "Shows the picture of the case as large as the screen, with window and measurements.",
      disabledReason: { state in
        guard let found = state.focused else { return "no case is selected" }
        return found.preview == nil ? "this case has no picture" : nil
      }),
    PaneCommand(
      "cases.step", "next step", keys: [Key(.enter)],
      help: "Uncovers the next: findings, then diagnosis, then teaching points.",
      isInKeyBar: false, isShown: { $0.isOpen }),
  ]

  public static func traits(_ state: CasesState) -> PaneTraits {
    PaneTraits(filter: state.isOpen ? nil : state.text, goesBack: state.isOpen)
  }
}
