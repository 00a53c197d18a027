public import Foundation
public import Store
public import Terminal

/// What the interactive program takes from its surroundings.
public struct RuntimeOptions: Sendable {
  public var home: Home
  public var version: String
  public var environment: [String: String]
  public var configuration: UserConfiguration
  public var now: @Sendable () -> Date
  public var calendar: Calendar
  /// How long leaving waits for what is being written.
  public var patience: Duration
  /// The first picture waits so long for the store, so that it is not an empty frame; then it is
  /// shown as it is, and the rows follow.
  public var firstPictureDelay: Duration
  /// Where the upload wizard begins; nil for the home folder.
  public var studiesFolder: String?
  /// Files and folders whose images are shown at once; absolute paths.
  public var images: [String] = []
  /// How pictures are shown, whatever the settings say; nil leaves it to them.
  public var imageMode: ImageMode?
  /// Pictures go out in few bytes, whatever the settings say.
  public var lowBandwidth = false

  public init(
    home: Home, version: String, environment: [String: String],
    configuration: UserConfiguration = UserConfiguration(),
    now: @escaping @Sendable () -> Date = { Date() }, calendar: Calendar = .current,
    patience: Duration = .seconds(3), firstPictureDelay: Duration = .milliseconds(12),
    studiesFolder: String? = nil
  ) {
    self.home = home
    self.version = version
    self.environment = environment
    self.configuration = configuration
    self.now = now
    self.calendar = calendar
    self.patience = patience
    self.firstPictureDelay = firstPictureDelay
    self.studiesFolder = studiesFolder
  }
}
