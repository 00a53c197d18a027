public import Domain
public import Foundation

/// The second factor of an account, as it is kept.
public struct SecondFactor: Sendable, Equatable {
  /// Encrypted by the gateway; nil when none is in force.
  public var secret: Data?
  /// The step of the last code that was taken: codes up to it are over.
  public var lastStep: Int64
  /// Encrypted; proposed, and not confirmed by a code yet.
  public var pending: Data?
  /// Recovery codes that were not used.
  public var recoveryCodesLeft: Int

  public init(
    secret: Data? = nil, lastStep: Int64 = -1, pending: Data? = nil, recoveryCodesLeft: Int = 0
  ) {
    self.secret = secret
    self.lastStep = lastStep
    self.pending = pending
    self.recoveryCodesLeft = recoveryCodesLeft
  }
}

/// Second factors. Secrets come encrypted and recovery codes as digests: the catalogue can open
/// neither. Each method that takes an event keeps it in the same transaction, when it does what it
/// was asked.
public protocol SecondFactorCatalogue: Sendable {
  /// Nil when the account never had one, nor a proposal.
  func secondFactor(of account: UserID) async throws -> SecondFactor?
  /// Keeps a proposal in the place of an earlier one. One that is in force stays.
  func propose(_ secret: Data, of account: UserID) async throws
  /// Puts the proposal in force.
  /// - Parameters:
  ///   - pending: the proposal that the code was compared with.
  ///   - step: of that code, which is over thereby.
  ///   - recoveryCodes: digests, all of them new.
  /// - Returns: false when the proposal is another one by now, or one is in force.
  func enable(
    _ pending: Data, of account: UserID, step: Int64, recoveryCodes: [String], audit: AuditEvent?
  ) async throws -> Bool
  /// Takes a code's step; each only once, and none before it any more.
  /// - Returns: false when it, or a later one, was taken before, or none is in force.
  func take(step: Int64, of account: UserID) async throws -> Bool
  /// Takes a recovery code, once.
  /// - Returns: false when there is no such code any more.
  func take(recoveryCode: String, of account: UserID, now: Date, audit: AuditEvent?) async throws
    -> Bool
  /// Ends the second factor with its proposal and recovery codes.
  /// - Returns: false when none was in force.
  func disable(of account: UserID, audit: AuditEvent?) async throws -> Bool
}
