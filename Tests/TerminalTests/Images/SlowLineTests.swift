import TestSupport
import Testing

/// A line of 115 kbit/s: what a person does is never behind a picture.
@Suite struct SlowLineTests {
  /// Bytes a second of 115,200 bit/s with start and stop bits.
  private static let rate = 11_520

  /// The text of a key's answer comes within so many bytes, a third of a second of the line: what
  /// was under way when it was pressed, and the text itself.
  private static let patience = rate / 3

  @Test(arguments: [TerminalKind.plain, .kitty, .xterm])
  func keysAreAnsweredBetweenPictures(_ kind: TerminalKind) throws {
    let probe = try ImageProbe(kind)
    probe.terminal.bytesPerSecond = Self.rate
    // The line must be known first: the first picture of all goes out as on any other.
    probe.terminal.send("nn")
    probe.terminal.readUntilQuiet(milliseconds: 2500)
    for slice in 3..<12 {
      let before = probe.terminal.output.count
      probe.terminal.send("n")
      #expect(
        probe.terminal.wait { $0.line(0) == "slice \(slice)" }, "\(probe.terminal.screen.line(0))")
      let spent = probe.terminal.output.count - before
      #expect(spent < Self.patience, "\(spent) bytes before slice \(slice)")
    }
    #expect(probe.terminal.screen.unknown == [])
  }

  /// Many keys at once cost no more than the last: frames in between are left out.
  @Test func framesAreDropped() throws {
    let probe = try ImageProbe(.plain)
    probe.terminal.bytesPerSecond = Self.rate
    probe.terminal.send("nn")
    probe.terminal.readUntilQuiet(milliseconds: 2500)
    let before = probe.terminal.output.count
    for _ in 0..<60 { probe.terminal.send("n") }
    #expect(probe.terminal.wait { $0.line(0) == "slice 62" })
    // A picture of these cells is 8 KB; sixty would be half a megabyte.
    #expect(probe.terminal.output.count - before < 40_000)
  }

  /// At rest the picture becomes exact, in the palette's greys.
  @Test func picturesAreFinishedAtRest() throws {
    let probe = try ImageProbe(.plain)
    probe.terminal.bytesPerSecond = Self.rate
    probe.terminal.send("nnnnnn")
    #expect(probe.terminal.wait { $0.line(0) == "slice 6" })
    probe.terminal.readUntilQuiet(milliseconds: 1500)
    for place in ImageProbe.pictureCells() {
      let cell = probe.terminal.screen.cell(place[0], place[1])
      let wanted = (0..<2).map { half in
        ImageProbe.gray(
          place[0] - 2, (place[1] - 2) * 2 + half, slice: 6, width: 40, height: 24)
      }
      let found = Self.halves(cell)
      // A step of the 256 colours' greys is 10; black and white have 16 and 231.
      let isClose = zip(wanted, found).allSatisfy { abs(Int($0) - $1) <= 10 }
      #expect(isClose, "\(wanted) at \(place): \(cell)")
      if !isClose { break }
    }
  }

  /// Brightness of the upper and the lower half of a cell.
  private static func halves(_ cell: VirtualScreen.Cell) -> [Int] {
    let ink = gray(cell.look.foreground)
    let paper = gray(cell.look.background)
    switch cell.text {
    case "▀": return [ink, paper]
    case "▄": return [paper, ink]
    case "█": return [ink, ink]
    default: return [paper, paper]
    }
  }

  private static func gray(_ color: String?) -> Int {
    let numbers = (color ?? "").split(separator: ";").compactMap { Int($0) }
    guard let last = numbers.last else { return -100 }
    if numbers.first == 2 { return last }
    switch last {
    case 16: return 0
    case 59: return 95
    case 102: return 135
    case 145: return 175
    case 188: return 215
    case 231: return 255
    case 232...255: return 8 + (last - 232) * 10
    default: return -100
    }
  }
}
