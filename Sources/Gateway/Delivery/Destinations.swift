import Domain
import Foundation

/// Where studies go: one archive for all, and others for the facilities that have their own.
struct Destinations: Sendable {
  /// An archive, and what keeps a dead one from holding up the others.
  struct Destination: Sendable {
    let archive: any Archive
    let breaker: CircuitBreaker
  }

  private let usual: Destination
  private let byFacility: [FacilityID: Destination]

  init(
    usual: any Archive, byFacility: [FacilityID: any Archive], configuration: GatewayConfiguration
  ) {
    func destination(_ archive: any Archive) -> Destination {
      Destination(
        archive: archive,
        breaker: CircuitBreaker(
          firstPause: configuration.firstRetry, maximumPause: configuration.maximumRetry))
    }
    self.usual = destination(usual)
    self.byFacility = byFacility.mapValues(destination)
  }

  subscript(facility: FacilityID) -> Destination { byFacility[facility] ?? usual }

  /// The moment before which nothing at all is to be tried; nil when at least one archive may be.
  func pause(now: Date) -> Date? {
    var earliest: Date?
    for destination in [usual] + byFacility.values {
      guard let until = destination.breaker.pause(now: now) else { return nil }
      earliest = min(earliest ?? until, until)
    }
    return earliest
  }

  /// True when the last attempt at every archive reached it.
  var areAllReached: Bool {
    usual.breaker.isClosed && byFacility.values.allSatisfy(\.breaker.isClosed)
  }
}
