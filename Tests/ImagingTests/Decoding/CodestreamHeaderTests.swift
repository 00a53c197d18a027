import Foundation
import Testing

@testable import Imaging

@Suite struct CodestreamHeaderTests {
  private func header(_ bytes: [UInt8]) throws(CodestreamProblem) -> CodestreamHeader {
    var result: Result<CodestreamHeader, CodestreamProblem> = .failure(CodestreamProblem(""))
    bytes.withUnsafeBytes { raw in
      do throws(CodestreamProblem) {
        result = .success(try CodestreamHeader(raw))
      } catch {
        result = .failure(error)
      }
    }
    return try result.get()
  }

  @Test func jpegProcesses() throws {
    var found = try header(Codestreams.jpeg(columns: 640, rows: 480))
    #expect(found.codec == .jpeg && found.columns == 640 && found.rows == 480)
    #expect(found.components == 1 && found.precision == 8 && !found.isLossless)
    found = try header(Codestreams.jpeg(marker: 0xC3, columns: 3, rows: 2, precision: 16))
    #expect(found.codec == .jpeg && found.isLossless && found.precision == 16)
    found = try header(Codestreams.jpeg(marker: 0xF7, columns: 3, rows: 2, precision: 12))
    #expect(found.codec == .jpegLS)
    // Fill bytes, and tables before the frame header.
    let tables: [UInt8] = [0xFF, 0xFF, 0xFF, 0xC4, 0, 5, 1, 2, 3, 0xFF, 0xFE, 0, 2]
    #expect(try header(Codestreams.jpeg(columns: 3, rows: 2, before: tables)).columns == 3)
    // Hierarchical and arithmetic lossless coding.
    for marker in [0xC5, 0xC7, 0xCB, 0xCF] as [UInt8] {
      #expect(throws: CodestreamProblem.self) {
        try header(Codestreams.jpeg(marker: marker, columns: 3, rows: 2))
      }
    }
  }

  @Test func coloursOfJPEG() throws {
    let jfif: [UInt8] = [0xFF, 0xE0, 0, 7] + Array("JFIF\0".utf8)
    func adobe(_ transform: UInt8) -> [UInt8] {
      [0xFF, 0xEE, 0, 14] + Array("Adobe".utf8) + [0, 100, 0, 0, 0, 0, transform]
    }
    func colour(_ components: [UInt8], _ before: [UInt8]) throws -> Bool? {
      try header(
        Codestreams.jpeg(columns: 3, rows: 2, components: components, before: before)
      ).isLuminanceChrominance
    }
    #expect(try colour([1, 2, 3], []) == nil)
    #expect(try colour([1, 2, 3], jfif) == true)
    #expect(try colour([82, 71, 66], jfif) == false)
    #expect(try colour([1, 2, 3], adobe(0)) == false)
    #expect(try colour([1, 2, 3], adobe(1)) == true)
    #expect(try colour([1], jfif) == nil)
  }

  @Test func jpeg2000AndItsBoxes() throws {
    let stream = Codestreams.jpeg2000(
      columns: 300, rows: 200, components: 3, depth: 0x8B, colourTransform: 1)
    var found = try header(stream)
    #expect(found.codec == .jpeg2000 && found.columns == 300 && found.rows == 200)
    #expect(found.components == 3 && found.precision == 12 && found.isSigned)
    #expect(found.isLuminanceChrominance == false && found.start == 0)
    let boxes = Codestreams.big32(12) + Array("jP  ".utf8) + [0x0D, 0x0A, 0x87, 0x0A]
    let file =
      boxes + Codestreams.big32(8 + stream.count) + Array("jp2c".utf8) + stream + [0, 0, 0, 9]
    found = try header(file)
    #expect(found.start == 20 && found.length == stream.count && found.columns == 300)
    // A box that is larger than the file, and one of no size.
    for length in [0x7FFF_FFFF, 4, 1] {
      var bytes = boxes + Codestreams.big32(length) + Array("jp2c".utf8)
      bytes += [UInt8](repeating: 0xFF, count: 16)
      #expect(throws: CodestreamProblem.self) { try header(bytes) }
    }
    #expect(throws: CodestreamProblem.self) {
      try header(Codestreams.jpeg2000(columns: 4, rows: 4, subsampling: 2))
    }
  }

  /// Whatever is cut off or overwritten, there is a header or a reason.
  @Test func everyPrefixAndEveryByte() throws {
    let streams = [
      Codestreams.jpeg(columns: 640, rows: 480, components: [1, 2, 3]),
      Codestreams.jpeg2000(columns: 300, rows: 200, components: 3),
    ]
    for stream in streams {
      for length in 0..<stream.count { _ = try? header(Array(stream[..<length])) }
      for index in stream.indices {
        for value in [0, 1, 0x7F, 0x80, 0xFF] as [UInt8] {
          var bytes = stream
          bytes[index] = value
          if let found = try? header(bytes) {
            #expect(found.columns > 0 && found.rows > 0 && found.components > 0)
            #expect(found.start + found.length <= bytes.count)
          }
        }
      }
    }
  }

  @Test func contradictionsToTheDataSetAreNamed() throws {
    func words(_ stream: [UInt8], _ file: PixelFile) -> String {
      var file = file
      file.syntax = "1.2.840.10008.1.2.4.90"
      file.fragments = [stream]
      do {
        _ = try FrameReader(bytes: file.bytes, name: "a.dcm").frame(0)
        return ""
      } catch {
        return "\(error)"
      }
    }
    let stream = Codestreams.jpeg2000(columns: 300, rows: 200)
    let size = words(stream, PixelFile(rows: 200, columns: 301))
    #expect(size.contains("300 x 200 pixels, the data set says 301 x 200"))
    let samples = words(
      stream, PixelFile(rows: 200, columns: 300, samples: 3, photometric: "RGB", allocated: 8))
    #expect(samples.contains("1 samples per pixel, the data set says 3"))
    let bits = words(stream, PixelFile(rows: 200, columns: 300, allocated: 8))
    #expect(bits.contains("16 bits per sample, the data set allocates 8"))
    #expect(words([1, 2, 3, 4], PixelFile()).contains("no known codestream"))
  }
}
