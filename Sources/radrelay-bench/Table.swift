/// Prints figures as a Markdown table, ready for the README.
enum Table {
  static func print(_ header: [String], _ rows: [[String]]) {
    let widths = header.indices.map { column in
      ([header] + rows).map { $0.count > column ? $0[column].count : 0 }.max() ?? 0
    }
    func line(_ row: [String]) -> String {
      let cells = row.enumerated().map { column, text in
        text + String(repeating: " ", count: widths[column] - text.count)
      }
      return "| " + cells.joined(separator: " | ") + " |"
    }
    Swift.print(line(header))
    Swift.print(
      "| " + widths.map { String(repeating: "-", count: $0) }.joined(separator: " | ") + " |")
    for row in rows { Swift.print(line(row)) }
  }
}
