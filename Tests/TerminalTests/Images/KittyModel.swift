import Foundation
import TestSupport

/// What a terminal with the kitty graphics protocol holds after some sequences.
struct KittyModel {
  struct Placement: Equatable {
    var x, y, columns, rows: Int
    /// Of the picture, in its pixels.
    var source: [Int]
  }

  /// Data of each picture, as it was sent.
  private(set) var pictures: [Int: Data] = [:]
  private(set) var controls: [Int: [String: String]] = [:]
  private(set) var placements: [Int: [Int: Placement]] = [:]
  /// Pictures that were ever sent.
  private(set) var transmissions = 0
  private(set) var problems: [String] = []
  private var pending: (id: Int, text: String)?

  mutating func take(_ strings: [VirtualScreen.StringSequence]) {
    for string in strings where string.kind == .application { take(string) }
  }

  /// The cells that a picture covers.
  var covered: Set<[Int]> {
    var cells: Set<[Int]> = []
    for placement in placements.values.flatMap(\.values) {
      for y in placement.y..<(placement.y + placement.rows) {
        for x in placement.x..<(placement.x + placement.columns) { cells.insert([x, y]) }
      }
    }
    return cells
  }

  private mutating func take(_ string: VirtualScreen.StringSequence) {
    guard string.text.hasPrefix("G") else { return problems.append("not graphics") }
    let parts = string.text.dropFirst().split(
      separator: ";", maxSplits: 1, omittingEmptySubsequences: false)
    var control: [String: String] = [:]
    for pair in parts[0].split(separator: ",") {
      let sides = pair.split(separator: "=")
      if sides.count == 2 { control[String(sides[0])] = String(sides[1]) }
    }
    let payload = parts.count > 1 ? String(parts[1]) : ""
    if payload.count > 4096 { problems.append("a chunk of \(payload.count)") }
    if control["q"] != "2" { problems.append("asks for answers: \(parts[0])") }
    if let (id, text) = pending {
      guard control["a"] == nil else { return problems.append("a command between chunks") }
      pending = (id, text + payload)
      finish(control)
      return
    }
    let id = Int(control["i"] ?? "") ?? 0
    switch control["a"] {
    case "t", "T":
      transmissions += 1
      placements[id] = nil
      controls[id] = control
      pending = (id, payload)
      finish(control)
    case "p":
      guard pictures[id] != nil else { return problems.append("places the unknown \(id)") }
      let numbers = ["x", "y", "w", "h"].map { Int(control[$0] ?? "") ?? -1 }
      placements[id, default: [:]][Int(control["p"] ?? "") ?? 0] = Placement(
        x: string.x, y: string.y, columns: Int(control["c"] ?? "") ?? 0,
        rows: Int(control["r"] ?? "") ?? 0, source: numbers)
      if control["C"] != "1" { problems.append("moves the cursor") }
    case "d":
      if control["d"] == "I" {
        if pictures[id] == nil { problems.append("deletes the unknown \(id)") }
        pictures[id] = nil
        placements[id] = nil
      } else {
        placements[id]?[Int(control["p"] ?? "") ?? 0] = nil
      }
    default: problems.append("unknown command \(parts[0])")
    }
  }

  private mutating func finish(_ control: [String: String]) {
    guard control["m"] != "1", let (id, text) = pending else { return }
    pending = nil
    guard let data = Data(base64Encoded: text) else { return problems.append("no base64") }
    pictures[id] = data
  }
}
