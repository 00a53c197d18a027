import Domain
public import Screen

extension ViewerPane {
  public static func view(
    _ state: ViewerState, area: Rect, into buffer: inout CellBuffer, _ context: ViewContext
  ) {
    guard !area.isEmpty else { return }
    guard state.study != nil else {
      drawNothing(state, area, into: &buffer, context)
      return
    }
    if state.metadata != nil {
      MetadataView.draw(state, area, into: &buffer, context)
      return
    }
    let place = ViewerLayout(state, area, context.layout)
    ViewerIdentity.draw(state.study, into: &buffer, place.identity, context.look)
    for index in state.tiles.indices where index < place.tiles.count {
      TileView(state, index, place.tiles[index], context).draw(into: &buffer)
    }
    if !place.series.isEmpty { SeriesList.draw(state, place, into: &buffer, context.look) }
    ViewerFacts.draw(state, place, into: &buffer, context.look)
  }

  private static func drawNothing(
    _ state: ViewerState, _ area: Rect, into buffer: inout CellBuffer, _ context: ViewContext
  ) {
    let look = context.look
    if let problem = state.problem {
      EmptyState.draw(
        "There is nothing to show", lines: [problem],
        hints: [KeyHint(context.key("back"), "go back")], into: &buffer, area, look)
    } else if state.source != nil {
      EmptyState.draw(
        "Looking for images …", lines: [], into: &buffer, area, look)
    } else {
      EmptyState.draw(
        "No study is open",
        lines: [
          "The images of a study stand here. Select an upload, a report, a case, or a study in the"
            + " wizard, and open its images; or start with radrelay view and a folder."
        ],
        hints: [
          KeyHint(context.key("uploads.view"), "images of the selected upload"),
          KeyHint(context.key("pane.uploads"), "uploads"),
          KeyHint(context.key("pane.reports"), "reports"),
        ], into: &buffer, area, look)
    }
  }
}
