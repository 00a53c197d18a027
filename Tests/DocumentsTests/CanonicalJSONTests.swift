import Foundation
import Testing

@testable import Documents

@Suite struct CanonicalJSONTests {
  private func canonical(_ text: String) throws -> String {
    String(decoding: try JSONReader.read(Data(text.utf8)).canonical, as: UTF8.self)
  }

  @Test func oneWayToWrite() throws {
    #expect(
      try canonical(#" { "b" : [ 1 , -20 , true , null ] , "a" : { } , "B" : "x" } "#)
        == #"{"B":"x","a":{},"b":[1,-20,true,null]}"#)
    #expect(
      try canonical(#"["\u0000\u001f\b\t\n\f\r\"\\\/\u00e9\u5C71\ud83d\ude00\u007f"]"#)
        == "[\"\\u0000\\u001f\\b\\t\\n\\f\\r\\\"\\\\/é山😀\u{7F}\"]")
    // By UTF-16 code units (RFC 8785 3.2.3): U+1F600 is written with D83D, which is less than FB33.
    #expect(
      try canonical(#"{"\ufb33":1,"\ud83d\ude00":2,"1":3}"#) == "{\"1\":3,\"😀\":2,\"\u{FB33}\":1}")
    // Composed and decomposed letters stay what they are.
    #expect(try canonical(#"["e\u0301"]"#).utf8.elementsEqual("[\"e\u{301}\"]".utf8))
    #expect(try canonical("[9007199254740991,-9007199254740991,0]").hasPrefix("[9007199254740991"))
  }

  @Test(arguments: [
    "", " ", "{", "[1,]", "[1 2]", "{\"a\":1,}", "{\"a\" 1}", "{a:1}", "[1.0]", "[1e2]", "[01]",
    "[-0]", "[-]", "[+1]", "[9007199254740992]", "[99999999999999999999]", "[\"\u{1}\"]",
    "[\"\\x\"]", "[\"\\u12\"]", "[\"\\u+123\"]", "[\"\\ud800\"]", "[\"\\udc00\"]",
    "[\"\\ud800\\u0041\"]", "[\"a]", "[tru]", "[nan]", "{} {}", "{\"a\":1,\"a\":1}",
    String(repeating: "[", count: 100_000),
  ])
  func refused(text: String) {
    #expect(throws: JSONProblem.self) { try canonical(text) }
  }

  @Test func onlyUTF8() {
    #expect(throws: JSONProblem.self) { try JSONReader.read(Data([0x22, 0xFF, 0x22])) }
    #expect(throws: JSONProblem.self) { try JSONReader.read(Data([0x22, 0xC0, 0x80, 0x22])) }
  }
}
