public import Screen

/// Changes the state for a message and says what work follows. Pure.
public func update(_ state: inout AppState, _ message: Message) -> [Effect] { [] }

/// Draws the state. Pure.
public func view(_ state: AppState, into buffer: inout CellBuffer) {}
