/// Something over the pane; input goes to the top one first.
enum Layer: Sendable, Equatable {
  case confirm(Confirmation)
}
