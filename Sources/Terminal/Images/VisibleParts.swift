import Screen

/// What of an overlay can be seen: its area without what was written over it.
enum VisibleParts {
  /// Rectangles that together are the cells still marked as picture, from the top.
  static func of(_ area: Rect, in buffer: CellBuffer) -> [Rect] {
    var done: [Rect] = []
    var open: [Rect] = []
    for y in area.y..<area.maxY {
      var next: [Rect] = []
      for run in runs(area, y, buffer) {
        // A run like one of the row above makes that rectangle longer.
        if let index = open.firstIndex(where: { $0.x == run.x && $0.width == run.width }) {
          var longer = open.remove(at: index)
          longer.height += 1
          next.append(longer)
        } else {
          next.append(run)
        }
      }
      done += open
      open = next
    }
    return (done + open).sorted { ($0.y, $0.x) < ($1.y, $1.x) }
  }

  private static func runs(_ area: Rect, _ y: Int, _ buffer: CellBuffer) -> [Rect] {
    var result: [Rect] = []
    var start: Int?
    for x in area.x...area.maxX {
      let isPicture = x < area.maxX && buffer[x, y].isImage
      if isPicture, start == nil { start = x }
      if !isPicture, let first = start {
        result.append(Rect(x: first, y: y, width: x - first, height: 1))
        start = nil
      }
    }
    return result
  }

  /// The part of a picture over `area` that lies under `part` of it, in the picture's samples.
  static func samples(of size: Size, _ area: Rect, part: Rect) -> Rect {
    let left = (part.x - area.x) * size.width / max(1, area.width)
    let top = (part.y - area.y) * size.height / max(1, area.height)
    let right = (part.maxX - area.x) * size.width / max(1, area.width)
    let bottom = (part.maxY - area.y) * size.height / max(1, area.height)
    return Rect(x: left, y: top, width: max(1, right - left), height: max(1, bottom - top))
  }
}
