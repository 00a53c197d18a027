import Domain
import Screen

/// What the settings pane shows.
public struct SettingsState: Sendable, Equatable {
  var values: [Setting: String] = [:]
  /// How full the folder of copies is; nil before it was looked at.
  var spool: SpoolStanding?
  var selected = 0
  var top = 0
  /// Names of the themes that there are.
  var themes = Theme.builtIn.map(\.name)
  var templates = TemplateList()

  public init() {}

  var row: SettingsPane.Row {
    SettingsPane.rows[min(max(0, selected), SettingsPane.rows.count - 1)]
  }
}

/// What a person can set, the account, and what this program is.
public enum SettingsPane: Pane {
  public static let id = PaneID.settings

  /// One line of the pane.
  enum Row: Sendable, Equatable {
    case choice(Setting)
    /// A setting that is typed.
    case text(Setting)
    case templates
    case account
    case server, storage, copies, version
  }

  static let rows: [Row] = [
    .choice(.theme), .choice(.borders), .choice(.images), .choice(.bandwidth), .choice(.mouse),
    .choice(.bell), .choice(.defaultServiceLevel), .text(.uploadLimit), .text(.uploadBudget),
    .text(.spoolQuota), .text(.spoolReserve), .templates, .account, .server, .storage, .copies,
    .version,
  ]

  /// The values of a setting, the first is the default.
  static func choices(_ setting: Setting, _ state: SettingsState) -> [String] {
    switch setting {
    case .theme: ["auto"] + state.themes
    case .borders: ["unicode", "ascii"]
    case .mouse, .bell: ["on", "off"]
    // config.toml and --images know more: half, quadrants, sextants, ascii.
    case .images: ["auto", "cells", "kitty", "iterm2", "sixel", "braille"]
    case .bandwidth: ["auto", "low"]
    case .uploadLimit, .uploadBudget, .spoolQuota: ["off"]
    case .spoolReserve: ["1 GB"]
    case .defaultServiceLevel:
      [ServiceLevel.routine, .subspecialty, .emergency, .stat].map(\.rawValue)
    }
  }

  public static func traits(_ state: SettingsState) -> PaneTraits {
    PaneTraits(
      capturesText: state.templates.form != nil,
      goesBack: state.templates.isOpen || state.templates.form != nil)
  }

  public static let commands: [PaneCommand<SettingsState>] = settingCommands + templateCommands

  private static let settingCommands: [PaneCommand<SettingsState>] = [
    PaneCommand(
      "settings.next", "change", keys: [.character(" ")],
      help: "Takes the next value of the selected setting; ← and → go through the values.",
      isShown: { state in
        guard !state.templates.isOpen else { return false }
        switch state.row {
        case .choice, .text: return true
        default: return false
        }
      }),
    PaneCommand(
      "settings.account", "log in or out", keys: [.character("a")],
      help: "Logs in at a gateway, or logs out.", isShown: { !$0.templates.isOpen }),
  ]
}
