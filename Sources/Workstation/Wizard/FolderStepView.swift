import Domain
import Screen

extension WizardView {
  /// Step one: the path, and the folders in it.
  static func drawFolders(
    _ browser: FolderBrowser, _ place: WizardLayout, into buffer: inout CellBuffer,
    _ context: ViewContext
  ) {
    let look = context.look
    let line = place.line
    let label = 8
    buffer.write("Folder", x: line.x, y: line.y, width: label - 1, style: look[.dim])
    let field = Rect(x: line.x + label, y: line.y, width: line.width - label, height: 1)
      .intersection(line)
    if let typing = browser.typing {
      typing.draw(placeholder: "/path/to/folder", focused: true, into: &buffer, field, look)
      drawCompletions(browser, place.titles, into: &buffer, look)
    } else {
      buffer.write(
        browser.path, x: field.x, y: field.y, width: field.width, style: look[.text],
        cut: .middle)
    }
    let rows = browser.rows
    if !browser.isReadable, let problem = browser.listing?.problem {
      EmptyState.draw(
        "This folder cannot be read", lines: [problem],
        hints: [
          KeyHint("←", "the folder above"),
          KeyHint(context.key("uploads.wizard-path"), "type a path"),
        ],
        into: &buffer, place.list.inset(top: rows.count), look)
    }
    for (index, row) in rows.enumerated().dropFirst(browser.top).prefix(place.visibleRows) {
      let y = place.list.y + index - browser.top
      let isSelected = index == browser.selection && browser.typing == nil
      if isSelected { SelectionMarker.draw(into: &buffer, x: place.list.x, y: y, look) }
      let mark = browser.isMarked(row) ? CheckRow.box(.on) + " " : ""
      var spans = [look.span(mark, .accent)]
      switch row {
      case .readHere:
        spans.append(look.span("Read this folder", isSelected ? .selection : .bright))
        let files = browser.files
        let count = files.count == 1 ? "1 file" : "\(Format.count(files.count)) files"
        let words =
          files.count == 0
          ? "and all folders in it"
          : "\(count), \(Format.bytes(files.bytes)), and all folders in it"
        spans.append(look.span("   " + words, .dim))
      case .parent:
        spans.append(look.span("..", isSelected ? .selection : .text))
      case .folder(let name):
        spans.append(look.span(name, isSelected ? .selection : .text))
        spans.append(look.span("/", .dim))
      case .archive(let name):
        spans.append(look.span(name, isSelected ? .selection : .text))
        spans.append(look.span(name == "DICOMDIR" ? "   index of a medium" : "   archive", .dim))
      }
      buffer.write(
        spans, x: place.list.x + 2, y: y, width: place.list.width - 2)
    }
    drawMarked(browser, place, into: &buffer, look)
  }

  private static func drawCompletions(
    _ browser: FolderBrowser, _ area: Rect, into buffer: inout CellBuffer, _ look: Look
  ) {
    let names = browser.completions
    let spans: [Span]
    if names.isEmpty {
      guard browser.candidates != nil else { return }
      let problem = browser.candidates?.problem ?? "no folder begins like this"
      spans = [look.span(problem, .dim)]
    } else {
      spans = [look.span("Tab  ", .key), look.span(names.prefix(40).joined(separator: "  "), .dim)]
    }
    buffer.write(spans, x: area.x + 8, y: area.y, width: area.width - 8)
  }

  private static func drawMarked(
    _ browser: FolderBrowser, _ place: WizardLayout, into buffer: inout CellBuffer, _ look: Look
  ) {
    guard !browser.marked.isEmpty else { return }
    let count = browser.marked.count
    let isFolders = !browser.marked.contains { FolderBrowser.isArchive(PathText.name($0)) }
    let noun = isFolders ? (count == 1 ? "folder" : "folders") : (count == 1 ? "source" : "sources")
    let title = "\(Format.count(count)) \(noun) marked"
    drawFoot(
      [
        [look.span(title, .bright)],
        [look.span(browser.marked.joined(separator: "  "), .dim)],
      ], place, into: &buffer)
  }
}
