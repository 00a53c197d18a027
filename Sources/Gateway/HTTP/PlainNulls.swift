import Foundation
import Wire

/// Members that RelayPACS always sends, `null` when there is no value. Plain clients may look for
/// them without asking whether they are there.
protocol AlwaysPresent: Encodable {
  static var presentKeys: [String] { get }
}

/// A message with its absent members written as `null`.
struct Plain<Message: AlwaysPresent>: Encodable {
  let message: Message
  init(_ message: Message) { self.message = message }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    for key in Message.presentKeys { try container.encodeNil(forKey: Key(stringValue: key)) }
    // Values that are there replace the nulls.
    try message.encode(to: encoder)
  }

  private struct Key: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }
}

extension InitAnswer: AlwaysPresent {
  static var presentKeys: [String] { ["warning"] }
}

extension CompleteAnswer: AlwaysPresent {
  static var presentKeys: [String] { ["pacs_receipt_id"] }
}

extension MeAnswer: AlwaysPresent {
  static var presentKeys: [String] { ["email", "full_name"] }
}

extension ReportMessage: AlwaysPresent {
  static var presentKeys: [String] { ["radiologist_name", "report_text", "report_url"] }
}

extension NotificationMessage: AlwaysPresent {
  static var presentKeys: [String] { ["related_upload_id", "related_report_id"] }
}

extension NotificationEvent: AlwaysPresent {
  static var presentKeys: [String] { ["related_upload_id", "related_report_id"] }
}
