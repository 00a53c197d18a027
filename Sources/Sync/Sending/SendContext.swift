import Foundation
import Logging
import Store

/// What everything that sends shares.
struct SendContext: Sendable {
  let store: Store
  let keeper: LoginKeeper
  let kinds: GatewayKinds
  let gate: SlotGate
  let meter: TransferMeter
  let outage: Outage
  let options: SyncOptions
  let timing: Timing
  let logger: Logger
}
