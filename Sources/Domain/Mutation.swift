public import Foundation

/// A change that a person made here and that the gateway must learn of. Kept in the outbox until
/// the gateway has answered; the id makes a repeated delivery harmless.
public struct Mutation: Sendable, Codable, Equatable, Identifiable {
  /// What is changed.
  public enum Change: Sendable, Codable, Equatable {
    case markNotificationRead(NotificationID)
    case markAllNotificationsRead(before: Date)
    case cancelUpload(remoteID: String)
  }

  public var id: MutationID
  public var change: Change
  public var createdAt: Date
  public var attempts: Int
  public var nextAttemptAt: Date?
  /// The last failure, in words.
  public var lastError: String

  public init(
    id: MutationID, change: Change, createdAt: Date, attempts: Int = 0,
    nextAttemptAt: Date? = nil, lastError: String = ""
  ) {
    self.id = id
    self.change = change
    self.createdAt = createdAt
    self.attempts = attempts
    self.nextAttemptAt = nextAttemptAt
    self.lastError = lastError
  }
}
