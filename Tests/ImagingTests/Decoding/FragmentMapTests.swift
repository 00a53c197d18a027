import DICOM
import Foundation
import Imaging
import Testing

/// Frame boundaries in encapsulated pixel data, with tables, without, and with tables that lie.
@Suite struct FragmentMapTests {
  /// Frames of 2 x 1 pixels, each in RLE with its number as value.
  private func rle(_ number: UInt8) -> [UInt8] { RLEPacker.encoded([[number, number]]) }

  private func file(_ fragments: [[UInt8]], frames: Int, table: [Int] = []) -> PixelFile {
    PixelFile(
      rows: 1, columns: 2, allocated: 8, frames: "\(frames)", syntax: RLETests.syntax,
      fragments: fragments, offsetTable: table)
  }

  private func values(_ file: PixelFile) throws -> [[UInt8]] {
    let reader = try FrameReader(bytes: file.bytes, name: "test.dcm")
    return try (0..<reader.frameCount).map { index in
      guard case .uint8(let bytes) = try reader.frame(index).pixels else { return [] }
      return bytes
    }
  }

  /// Each frame cut into pieces, with the offsets of their first items.
  private func pieces(_ frames: [[UInt8]], cuts: [Int]) -> (fragments: [[UInt8]], table: [Int]) {
    var (fragments, table, offset) = ([[UInt8]](), [Int](), 0)
    for (frame, cut) in zip(frames, cuts) {
      table.append(offset)
      for piece in cut == 0 ? [frame] : [Array(frame[..<cut]), Array(frame[cut...])] {
        fragments.append(piece)
        offset += 8 + piece.count
      }
    }
    return (fragments, table)
  }

  @Test func oneFragmentPerFrameNeedsNoTable() throws {
    #expect(try values(file([rle(1), rle(2), rle(3)], frames: 3)) == [[1, 1], [2, 2], [3, 3]])
  }

  @Test func basicOffsetTable() throws {
    let (fragments, table) = pieces([rle(1), rle(2), rle(3)], cuts: [10, 0, 65])
    #expect(
      try values(file(fragments, frames: 3, table: table)) == [[1, 1], [2, 2], [3, 3]])
  }

  @Test func extendedOffsetTable() throws {
    let (fragments, table) = pieces([rle(1), rle(2)], cuts: [0, 30])
    var file = file(fragments, frames: 2)
    let offsets = table.flatMap { PixelFile.long($0) + PixelFile.long(0) }
    file.others[DICOM.Tag(0x7FE0, 0x0001)] = ("OV", offsets)
    file.others[DICOM.Tag(0x7FE0, 0x0002)] = ("OV", [UInt8](repeating: 0, count: 16))
    #expect(try values(file) == [[1, 1], [2, 2]])
    // Offsets beyond the file, and such that do not fit into the numbers of this machine.
    for lie in [PixelFile.long(4) + PixelFile.long(0), [UInt8](repeating: 0xFF, count: 8)] {
      file.others[DICOM.Tag(0x7FE0, 0x0001)] = ("OV", Array(offsets[..<8]) + lie)
      #expect(try values(file) == [[1, 1], [2, 2]], "the codestreams tell")
    }
  }

  @Test func withoutTableTheCodestreamsTell() throws {
    let (fragments, _) = pieces([rle(1), rle(2), rle(3)], cuts: [66, 0, 64])
    #expect(try values(file(fragments, frames: 3)) == [[1, 1], [2, 2], [3, 3]])
  }

  @Test func tablesThatPointBesideFragmentsAreNotBelieved() throws {
    let (fragments, table) = pieces([rle(1), rle(2), rle(3)], cuts: [66, 0, 64])
    for lie in [
      [0, 5, 9], [0, 0, 0], table.reversed(), [8, table[1], table[2]], [0, table[1], 0xFFFF_FFFE],
    ] {
      #expect(
        try values(file(fragments, frames: 3, table: lie)) == [[1, 1], [2, 2], [3, 3]], "\(lie)")
    }
  }

  @Test func oddAndEmptyFragments() throws {
    let frame = rle(9)
    let odd = [[], Array(frame[..<7]), [], Array(frame[7..<8]), Array(frame[8...]), []]
    #expect(try values(file(odd, frames: 1)) == [[9, 9]])
    #expect(try values(file([rle(1), [], rle(2), []], frames: 2)) == [[1, 1], [2, 2]])
  }

  @Test func nothingAtAllIsAnErrorNotAPicture() {
    for fragments in [[], [[]], [[], []]] as [[[UInt8]]] {
      #expect { try self.values(file(fragments, frames: 1)) } throws: { error in
        "\(error)".contains("has no compressed data")
      }
      #expect { try self.values(file(fragments, frames: 3)) } throws: { error in
        "\(error)".contains("only 0 of 3 frames")
      }
    }
  }

  @Test func missingFramesAreSaid() throws {
    let reader = try FrameReader(
      bytes: file([rle(1), rle(2)], frames: 4).bytes, name: "test.dcm")
    #expect(throws: Never.self) { try reader.frame(1) }
    #expect { try reader.frame(3) } throws: { error in
      "\(error)".contains("only 2 of 4 frames can be told apart")
    }
  }

  @Test func unsupportedSyntaxesAreNamed() {
    for (uid, words) in [
      ("1.2.840.10008.1.2.4.102", "is video"), ("1.2.840.10008.1.2.4.94", "not supported"),
      ("1.2.3.4", "not supported"), ("1.2.840.10008.1.2.4.110", "not supported"),
    ] {
      var file = file([rle(1)], frames: 1)
      file.syntax = uid
      #expect { try self.values(file) } throws: { error in "\(error)".contains(words) }
    }
  }
}
