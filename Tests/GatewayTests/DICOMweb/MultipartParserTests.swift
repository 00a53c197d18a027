import Foundation
import Gateway
import NIOCore
import Testing

@Suite struct MultipartParserTests {
  /// Feeds a body in pieces of a size and gives the parts.
  private func parts(_ body: [UInt8], boundary: String, piece: Int) throws -> [[UInt8]]? {
    var parser = try #require(MultipartParser(boundary: boundary))
    var parts: [[UInt8]] = []
    var isOpen = false
    for start in stride(from: 0, to: body.count, by: piece) {
      let bytes = body[start..<min(start + piece, body.count)]
      for event in try parser.feed(ByteBuffer(bytes: bytes)) {
        switch event {
        case .part:
          parts.append([])
          isOpen = true
        case .bytes(let bytes): parts[parts.count - 1] += Array(bytes.readableBytesView)
        case .partEnd: isOpen = false
        }
      }
    }
    return parser.isComplete && !isOpen ? parts : nil
  }

  @Test func partsAreTheSameHoweverTheyArrive() throws {
    // Contents that look like delimiters.
    let contents = ["", "a\r\n--x", "\r\n--xy\r", "--xyz--\r\n", "\r\n\r\n", "\r\n--xy\r\n--xyy"]
      .map { Array($0.utf8) }
    var body: [UInt8] = Array("preamble\r\n".utf8)
    for (index, content) in contents.enumerated() {
      let headers = index % 2 == 0 ? "Content-Type: application/dicom\r\n\r\n" : "\r\n"
      body += Array("--xyzxyz  \r\n\(headers)".utf8) + content + [13, 10]
    }
    body += Array("--xyzxyz--\r\nepilogue".utf8)
    for piece in [1, 2, 3, 5, 7, 11, 64, 4096] {
      #expect(try parts(body, boundary: "xyzxyz", piece: piece) == contents)
    }
    // Every shorter body is incomplete, and none crashes.
    let end = body.count - "\r\nepilogue".utf8.count
    for count in 0..<end {
      #expect(try parts(Array(body.prefix(count)), boundary: "xyzxyz", piece: 9) == nil)
    }
  }

  @Test func bounds() throws {
    var many = try #require(MultipartParser(boundary: "b", maximumParts: 1))
    #expect(throws: MultipartError.tooLarge) {
      try many.feed(ByteBuffer(string: "--b\r\n\r\nx\r\n--b\r\n\r\ny\r\n--b--"))
    }
    var long = try #require(MultipartParser(boundary: "b", maximumHeaderBytes: 100))
    #expect(throws: MultipartError.tooLarge) {
      try long.feed(ByteBuffer(string: "--b\r\n" + String(repeating: "h", count: 200)))
    }
    #expect(MultipartParser(boundary: "") == nil)
    #expect(MultipartParser(boundary: String(repeating: "b", count: 71)) == nil)
  }

  @Test func mediaTypes() throws {
    let type = try #require(
      MediaType("Multipart/Related; type=\"application/dicom\";boundary=\"a;b,c\" ; X = y"))
    #expect(type.name == "multipart/related")
    #expect(type.parameters == ["type": "application/dicom", "boundary": "a;b,c", "x": "y"])
    #expect(MediaType("nothing") == nil)
    #expect(
      MediaType.list("multipart/related; type=\"a,b\", */*;q=0.1").map(\.name)
        == ["multipart/related", "*/*"])
  }
}
