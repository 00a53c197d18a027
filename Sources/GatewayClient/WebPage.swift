import Foundation

/// A page for people where an answer for programs was due: something else answers in the gateway's
/// place, most often a network that wants a login first (a captive portal), or a proxy.
enum WebPage {
  static let words =
    "a web page came in place of the gateway's answer: the network may want a login first; open any "
    + "page in a browser"

  /// True when the body is no JSON but begins as HTML or XML does.
  static func isOne(_ body: Data) -> Bool {
    // A byte order mark and blanks may come before it.
    let blanks: Set<UInt8> = [0x09, 0x0A, 0x0D, 0x20, 0xEF, 0xBB, 0xBF]
    return body.prefix(1_024).first { !blanks.contains($0) } == UInt8(ascii: "<")
  }
}
