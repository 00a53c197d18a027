import Foundation
import QRCode

/// How a new secret comes into an authenticator program.
enum Provisioning {
  static let issuer = "RadRelay"

  /// The Key URI (github.com/google/google-authenticator/wiki/Key-Uri-Format). Digest, digits and
  /// period are its defaults, and said all the same.
  static func uri(secret: Data, username: String) -> String {
    // Usernames are [a-zA-Z0-9_-] today; accounts from elsewhere may have others.
    let unreserved = CharacterSet(
      charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
    let name = username.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
    return "otpauth://totp/\(issuer):\(name)?secret=\(Base32.encode(secret))&issuer=\(issuer)"
      + "&algorithm=SHA1&digits=6&period=30"
  }

  /// The QR code of a text as `data:image/png;base64,…`: four pixels a module, four modules of
  /// quiet zone. Nil when the text is too long for one.
  static func picture(_ text: String) -> String? {
    guard let code = QRCode(text) else { return nil }
    let quiet = 4
    let scale = 4
    let side = (code.size + 2 * quiet) * scale
    var pixels: [UInt8] = []
    pixels.reserveCapacity(side * side)
    for y in 0..<side {
      for x in 0..<side {
        pixels.append(code[x / scale - quiet, y / scale - quiet] ? 0 : 255)
      }
    }
    guard let png = GrayPNG.encode(pixels, width: side, height: side) else { return nil }
    return "data:image/png;base64," + png.base64EncodedString()
  }
}
