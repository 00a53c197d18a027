import Foundation
import Logging
import Store

/// What everything that sends shares.
struct SendContext: Sendable {
  let store: Store
  let keeper: LoginKeeper
  let kinds: GatewayKinds
  let gate: SlotGate
  let line: LineKeeper
  let rules: SendingRules
  let throttle: Throttle
  let meter: TransferMeter
  let outage: Outage
  let options: SyncOptions
  let timing: Timing
  let logger: Logger
}
