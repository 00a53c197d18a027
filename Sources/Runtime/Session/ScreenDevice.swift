import Screen
import Terminal

/// What the session needs of a terminal.
@UIActor
protocol ScreenDevice: AnyObject {
  func present(_ buffer: CellBuffer)
  func redraw()
  func bell()
  func suspend()
  func setMouse(_ isOn: Bool)
  func setImages(_ mode: ImageMode, lowBandwidth: Bool)
  func rotateLog()
  /// Gives the terminal back.
  func stop()
}

extension Terminal: ScreenDevice {}
