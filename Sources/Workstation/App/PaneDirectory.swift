import Screen

/// The panes by their ids: the one place that knows them all.
enum PaneDirectory {
  static func update(
    _ pane: PaneID, _ state: inout AppState, _ event: PaneEvent, _ context: inout PaneContext
  ) -> [Effect] {
    switch pane {
    case .cases: CasesPane.update(&state.cases, event, &context)
    case .uploads: UploadsPane.update(&state.uploads, event, &context)
    case .reports: ReportsPane.update(&state.reports, event, &context)
    case .dashboard: DashboardPane.update(&state.dashboard, event, &context)
    case .viewer: ViewerPane.update(&state.viewer, event, &context)
    case .notifications: NotificationsPane.update(&state.notifications, event, &context)
    case .settings: SettingsPane.update(&state.settings, event, &context)
    }
  }

  static func view(
    _ state: AppState, area: Rect, into buffer: inout CellBuffer, _ context: ViewContext
  ) {
    switch state.pane {
    case .cases: CasesPane.view(state.cases, area: area, into: &buffer, context)
    case .uploads: UploadsPane.view(state.uploads, area: area, into: &buffer, context)
    case .reports: ReportsPane.view(state.reports, area: area, into: &buffer, context)
    case .dashboard: DashboardPane.view(state.dashboard, area: area, into: &buffer, context)
    case .viewer: ViewerPane.view(state.viewer, area: area, into: &buffer, context)
    case .notifications:
      NotificationsPane.view(state.notifications, area: area, into: &buffer, context)
    case .settings: SettingsPane.view(state.settings, area: area, into: &buffer, context)
    }
  }

  static func traits(_ state: AppState) -> PaneTraits {
    switch state.pane {
    case .cases: CasesPane.traits(state.cases)
    case .uploads: UploadsPane.traits(state.uploads)
    case .reports: ReportsPane.traits(state.reports)
    case .dashboard: DashboardPane.traits(state.dashboard)
    case .viewer: ViewerPane.traits(state.viewer)
    case .notifications: NotificationsPane.traits(state.notifications)
    case .settings: SettingsPane.traits(state.settings)
    }
  }

  /// Every pane's commands, lifted to the state of the program.
  static let commands: [PaneID: [Command]] = [
    .cases: CasesPane.commands.map { Command($0, of: .cases) { $0.cases } },
    .uploads: UploadsPane.commands.map { Command($0, of: .uploads) { $0.uploads } },
    .reports: ReportsPane.commands.map { Command($0, of: .reports) { $0.reports } },
    .dashboard: DashboardPane.commands.map { Command($0, of: .dashboard) { $0.dashboard } },
    .viewer: ViewerPane.commands.map { Command($0, of: .viewer) { $0.viewer } },
    .notifications: NotificationsPane.commands.map {
      Command($0, of: .notifications) { $0.notifications }
    },
    .settings: SettingsPane.commands.map { Command($0, of: .settings) { $0.settings } },
  ]
}
