public import Domain

/// What the engine tells while it works. Rows are read from the store.
public enum SyncEvent: Sendable, Equatable {
  case connection(Connection)
  case transfer(TransferStatus)
  /// Rows came from the gateway.
  case pulled
  /// The store or the machine is in the way, in words: a full disk, say. Nothing is lost.
  case trouble(String)
}
