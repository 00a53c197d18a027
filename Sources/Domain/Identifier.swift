public import Foundation

/// A typed identifier. Made by whoever makes the row, so that work offline needs no server
/// and a message that arrives twice is recognised.
///
/// The text is a UUID (version 7 when made here, any version when it came from elsewhere).
public struct Identifier<Entity>: RawRepresentable, Hashable, Sendable, Codable, Comparable,
  CustomStringConvertible
{
  /// The identifier as lower-case text.
  public let rawValue: String

  public init(rawValue: String) { self.rawValue = rawValue }

  /// - Parameter text: an identifier as it stands in a row or a message.
  public init(_ text: String) { self.rawValue = text }

  public init(from decoder: any Decoder) throws {
    rawValue = try decoder.singleValueContainer().decode(String.self)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(rawValue)
  }

  public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }

  public var description: String { rawValue }

  /// A new identifier that sorts by time (UUID version 7, RFC 9562 section 5.7).
  /// - Parameters:
  ///   - time: the moment that its first 48 bits carry, in milliseconds since 1970.
  ///   - random: the source of the other bits.
  public static func make(
    at time: Date = Date(), using random: inout some RandomNumberGenerator
  ) -> Self {
    let milliseconds = UInt64(max(0, time.timeIntervalSince1970 * 1000))
    let high = (milliseconds << 16) | 0x7000 | (random.next() & 0x0FFF)
    let low = 0x8000_0000_0000_0000 | (random.next() & 0x3FFF_FFFF_FFFF_FFFF)
    let hex = hexadecimal(high) + hexadecimal(low)
    let cuts = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32]
    let parts = cuts.map { hex.dropFirst($0.lowerBound).prefix($0.count) }
    return Self(parts.joined(separator: "-"))
  }

  /// A new identifier from the system's random source.
  public static func make(at time: Date = Date()) -> Self {
    var random = SystemRandomNumberGenerator()
    return make(at: time, using: &random)
  }

  private static func hexadecimal(_ value: UInt64) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: 16 - text.count) + text
  }
}

/// Names an upload: one study on its way from this workstation to the PACS.
public typealias UploadID = Identifier<Upload>
/// Names a report.
public typealias ReportID = Identifier<Report>
/// Names a teaching case.
public typealias CaseID = Identifier<TeachingCase>
/// Names a notification.
public typealias NotificationID = Identifier<NotificationItem>
/// Names a user account of a gateway.
public typealias UserID = Identifier<User>
/// Names a facility: a hospital, clinic or imaging centre.
public typealias FacilityID = Identifier<Facility>
/// Names one file of an upload; `[A-Za-z0-9._-]{1,64}` because gateways use it in paths.
public typealias FileID = Identifier<UploadFile>
/// Names a mutation in the outbox, so that a repeated delivery is recognised.
public typealias MutationID = Identifier<Mutation>
