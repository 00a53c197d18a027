import Crypto
import CryptoExtras
import Foundation
import NIOPosix

/// Passwords as `scrypt$15$8$1$SALT$KEY` (RFC 7914; N = 2^15, r = 8, p = 1: 32 MiB each). Work is
/// done on threads of its own, so that it neither blocks others nor piles up.
public final class PasswordHasher: Sendable {
  private let threads: NIOThreadPool
  private let cost: Int
  private let decoy: String

  /// - Parameters:
  ///   - threads: at most so many passwords are hashed at once.
  ///   - cost: log2 of scrypt's N; less than 15 is for tests only.
  public init(threads: Int = 2, cost: Int = 15) throws {
    self.threads = NIOThreadPool(numberOfThreads: threads)
    self.threads.start()
    self.cost = cost
    // Compared when there is no such user, so that the answer takes the same time.
    decoy = try Self.encode(
      password: "decoy", salt: Data((0..<16).map { _ in UInt8.random(in: .min ... .max) }),
      cost: cost)
  }

  deinit { threads.shutdownGracefully { _ in } }

  /// The text to keep for a new password.
  public func hash(_ password: String) async throws -> String {
    let cost = cost
    return try await threads.runIfActive {
      let salt = Data((0..<16).map { _ in UInt8.random(in: .min ... .max) })
      return try Self.encode(password: password, salt: salt, cost: cost)
    }
  }

  /// Compares in constant time. Without a kept text the same work is done and the answer is false.
  public func verify(_ password: String, against kept: String?) async throws -> Bool {
    let text = kept ?? decoy
    let matches = try await threads.runIfActive { try Self.compare(password, text) }
    return matches && kept != nil
  }

  private static func encode(password: String, salt: Data, cost: Int) throws -> String {
    let key = try derive(password, salt: salt, cost: cost, blockSize: 8, parallelism: 1)
    return "scrypt$\(cost)$8$1$\(salt.base64EncodedString())$\(key.base64EncodedString())"
  }

  private static func compare(_ password: String, _ text: String) throws -> Bool {
    let parts = text.split(separator: "$", omittingEmptySubsequences: false)
    guard parts.count == 6, parts[0] == "scrypt", let cost = Int(parts[1]),
      let blockSize = Int(parts[2]), let parallelism = Int(parts[3]),
      (1...20).contains(cost), (1...32).contains(blockSize), (1...16).contains(parallelism),
      let salt = Data(base64Encoded: String(parts[4])),
      let expected = Data(base64Encoded: String(parts[5]))
    else { return false }
    let key = try derive(
      password, salt: salt, cost: cost, blockSize: blockSize, parallelism: parallelism)
    guard key.count == expected.count else { return false }
    return zip(key, expected).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }

  private static func derive(
    _ password: String, salt: Data, cost: Int, blockSize: Int, parallelism: Int
  ) throws -> Data {
    // NFC, so that the same password typed on another system is the same bytes.
    let bytes = Data(password.precomposedStringWithCanonicalMapping.utf8)
    return try KDF.Scrypt.deriveKey(
      from: bytes, salt: salt, outputByteCount: 32, rounds: 1 << cost, blockSize: blockSize,
      parallelism: parallelism
    ).withUnsafeBytes { Data($0) }
  }
}
