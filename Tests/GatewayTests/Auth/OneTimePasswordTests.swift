import Domain
import Foundation
import QRCode
import TestSupport
import Testing

@testable import Gateway

@Suite struct OneTimePasswordTests {
  private static let rfcSecret = Data("12345678901234567890".utf8)

  /// RFC 4226 appendix D.
  @Test func countersOfRFC4226() {
    let expected = [
      "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871",
      "520489",
    ]
    for (counter, code) in expected.enumerated() {
      #expect(OneTimePassword.code(Self.rfcSecret, step: Int64(counter)) == code)
    }
  }

  /// RFC 6238 appendix B, the rows of SHA-1; eight digits there.
  @Test(
    arguments: [
      (59, "94287082"), (1_111_111_109, "07081804"), (1_111_111_111, "14050471"),
      (1_234_567_890, "89005924"), (2_000_000_000, "69279037"), (20_000_000_000, "65353130"),
    ] as [(TimeInterval, String)])
  func timesOfRFC6238(seconds: TimeInterval, code: String) {
    let step = OneTimePassword.step(at: Date(timeIntervalSince1970: seconds))
    #expect(OneTimePassword.code(Self.rfcSecret, step: step, digits: 8) == code)
    #expect(OneTimePassword.code(Self.rfcSecret, step: step) == String(code.suffix(6)))
  }

  @Test func oneStepEitherWayAndNoneTwice() throws {
    let now = Date(timeIntervalSince1970: 1_800_000_010)
    let present = OneTimePassword.step(at: now)
    for offset in Int64(-3)...3 {
      let code = OneTimePassword.code(Self.rfcSecret, step: present + offset)
      let found = OneTimePassword.match(code, Self.rfcSecret, at: now, after: -1)
      #expect(found == (abs(offset) <= 1 ? present + offset : nil), "\(offset)")
    }
    let code = OneTimePassword.code(Self.rfcSecret, step: present)
    #expect(OneTimePassword.match(code, Self.rfcSecret, at: now, after: present) == nil)
    #expect(OneTimePassword.match(code, Self.rfcSecret, at: now, after: present - 1) == present)
    #expect(OneTimePassword.match("", Self.rfcSecret, at: now, after: -1) == nil)
    // Clocks that are out of their mind.
    for seconds in [-1e300, 0, 1e300] {
      _ = OneTimePassword.step(at: Date(timeIntervalSince1970: seconds))
    }
  }

  /// RFC 4648 section 10.
  @Test(arguments: [
    ("", ""), ("f", "MY======"), ("fo", "MZXQ===="), ("foo", "MZXW6==="), ("foob", "MZXW6YQ="),
    ("fooba", "MZXW6YTB"), ("foobar", "MZXW6YTBOI======"),
  ])
  func base32OfRFC4648(plain: String, encoded: String) {
    #expect(Base32.encode(Data(plain.utf8)) == encoded.filter { $0 != "=" })
    #expect(Base32.decode(encoded) == Data(plain.utf8))
    #expect(Base32.decode(encoded.lowercased()) == Data(plain.utf8))
  }

  @Test func base32RefusesOthers() {
    for text in ["1", "8", "MZXW!", "ÄÖ"] { #expect(Base32.decode(text) == nil, "\(text)") }
  }

  @Test func secretsOpenForTheirAccountOnly() throws {
    let box = SecretBox(key: Data(repeating: 1, count: 32))
    let other = SecretBox(key: Data(repeating: 2, count: 32))
    let (anna, bert) = (UserID("anna"), UserID("bert"))
    let secret = OneTimePassword.makeSecret()
    #expect(secret.count == 20 && secret != OneTimePassword.makeSecret())
    let sealed = try box.seal(secret, for: anna)
    #expect(sealed.range(of: secret) == nil)
    #expect(try box.seal(secret, for: anna) != sealed)
    #expect(try box.open(sealed, for: anna) == secret)
    #expect(throws: (any Error).self) { try box.open(sealed, for: bert) }
    #expect(throws: (any Error).self) { try other.open(sealed, for: anna) }
    var changed = sealed
    changed[changed.count - 1] ^= 1
    #expect(throws: (any Error).self) { try box.open(changed, for: anna) }
    #expect(throws: (any Error).self) { try box.open(Data(), for: anna) }
  }

  @Test func recoveryCodesAsPeopleTypeThem() throws {
    let code = RecoveryCode.make()
    #expect(code.shown.count == 19)
    #expect(RecoveryCode(typed: code.shown) == code)
    #expect(RecoveryCode(typed: " " + code.text.uppercased() + " ") == code)
    for text in ["", "123456", "abcd-efgh", String(repeating: "1", count: 16)] {
      #expect(RecoveryCode(typed: text) == nil, "\(text)")
    }
    let box = SecretBox(key: Data(repeating: 1, count: 32))
    let digest = box.digest(of: code, for: UserID("anna"))
    #expect(digest.count == 64 && digest != box.digest(of: code, for: UserID("bert")))
  }

  @Test func provisioningURIsArePercentEncoded() {
    let uri = Provisioning.uri(secret: Data("foobar".utf8), username: "ä b&c@d/e")
    #expect(
      uri == "otpauth://totp/RadRelay:%C3%A4%20b%26c%40d%2Fe?secret=MZXW6YTBOI&issuer=RadRelay"
        + "&algorithm=SHA1&digits=6&period=30")
  }

  @Test func codesThatAreNone() {
    #expect(QRCode("") == nil)
    #expect(QRCode("a\0b") == nil)
    #expect(QRCode(String(repeating: "a", count: 2_332)) == nil)
    #expect(QRCode(String(repeating: "ä", count: 1_165))?.size == 177)
    #expect(GrayPNG.encode([0], width: 2, height: 1) == nil)
  }

  /// A reader that is not ours reads the picture, from the very bytes that a browser would get.
  @Test(.enabled(if: ChildProcess.find("zbarimg") != nil, "needs zbarimg (zbar-tools)"))
  func aReaderReadsThePicture() async throws {
    for name in ["anna", "m-torres_of_the_eastern_wing_0123456789_0123456789"] {
      let uri = Provisioning.uri(secret: OneTimePassword.makeSecret(), username: name)
      let picture = try #require(Provisioning.picture(uri))
      let prefix = "data:image/png;base64,"
      #expect(picture.hasPrefix(prefix))
      let png = try #require(Data(base64Encoded: String(picture.dropFirst(prefix.count))))
      let file = FileManager.default.temporaryDirectory
        .appendingPathComponent("qr-\(UUID().uuidString).png")
      defer { try? FileManager.default.removeItem(at: file) }
      try png.write(to: file)
      let child = try await ChildProcess.run(
        "zbarimg", ["--raw", "--quiet", file.path], within: .seconds(120))
      #expect(child.output.trimmingCharacters(in: .newlines) == uri, "\(child.errors)")
    }
  }

  /// The half blocks of a terminal, read as a picture: what is printed is the same code.
  @Test(.enabled(if: ChildProcess.find("zbarimg") != nil, "needs zbarimg (zbar-tools)"))
  func aReaderReadsTheHalfBlocks() async throws {
    let uri = Provisioning.uri(secret: OneTimePassword.makeSecret(), username: "anna")
    let lines = try #require(QRCode(uri)).halfBlocks()
    let width = lines.first?.count ?? 0
    #expect(lines.allSatisfy { $0.count == width })
    // A character is twice as high as wide: each is 6 by 12 pixels here.
    var pixels: [UInt8] = []
    for line in lines {
      for y in 0..<12 {
        for character in line {
          let isLight = character == "█" || character == (y < 6 ? "▀" : "▄")
          pixels += Array(repeating: isLight ? 255 : 0, count: 6)
        }
      }
    }
    let png = try #require(GrayPNG.encode(pixels, width: width * 6, height: lines.count * 12))
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("qr-\(UUID().uuidString).png")
    defer { try? FileManager.default.removeItem(at: file) }
    try png.write(to: file)
    let child = try await ChildProcess.run(
      "zbarimg", ["--raw", "--quiet", file.path], within: .seconds(120))
    #expect(child.output.trimmingCharacters(in: .newlines) == uri, "\(child.errors)")
  }
}
