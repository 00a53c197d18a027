import DICOM
import Foundation
import Imaging
import Screen
import Terminal

/// Where and how `image render` shows a picture.
struct ImageDestination {
  private let command: ImageCommand.Render
  private let environment = ProcessInfo.processInfo.environment
  private let capabilities: Capabilities?
  private let findings: TerminalFindings

  init(_ command: ImageCommand.Render) {
    self.command = command
    capabilities = TerminalInterview.capabilities(environment: environment)
    // Questions only where the answers matter: a file, and characters, need none.
    let asks =
      command.output == nil && isatty(STDOUT_FILENO) == 1
      && command.format != .png && !(command.format == .cells && command.glyphs != nil)
    let answers = asks ? TerminalInterview.ask(environment: environment) : nil
    findings = answers?.findings ?? TerminalFindings(environment: environment)
  }

  /// Writes the picture in the format that was asked for, or that suits.
  func write(_ picture: RenderedImage) throws {
    switch format {
    case .png: try deliver(png(picture), isBinary: true)
    case .cells: try deliver(cells(picture), isBinary: false)
    case .kitty: try deliver(graphics(picture, .kitty), isBinary: false)
    case .iterm2: try deliver(graphics(picture, .iterm2), isBinary: false)
    case .sixel: try deliver(graphics(picture, .sixel), isBinary: false)
    }
  }

  private var format: ImageCommand.Render.Format {
    if let format = command.format { return format }
    if let output = command.output, output.lowercased().hasSuffix(".png") { return .png }
    if command.glyphs != nil || command.colors != nil { return .cells }
    switch findings.graphics(.auto) {
    case .kitty: return .kitty
    case .iterm2: return .iterm2
    case .sixel: return .sixel
    case nil: return .cells
    }
  }

  private func png(_ picture: RenderedImage) -> [UInt8] {
    let extent = picture.extent
    let natural = Size(
      width: extent.width,
      height: max(1, Int((Double(extent.height) * extent.pixelAspect).rounded())))
    let size = command.size.map { Size(width: $0.width, height: $0.height) } ?? natural
    return PNGEncoder.encode(
      picture.raster(width: size.width, height: size.height, sampleAspect: 1))
  }

  private func cells(_ picture: RenderedImage) -> [UInt8] {
    let unicode = capabilities?.unicode ?? true
    var rendering = CellRendering.best(
      depth: command.colors?.depth ?? capabilities?.depth ?? .palette256, unicode: unicode,
      isLightBackground: capabilities?.isLightBackground == true)
    if unicode, let glyphs = findings.glyphs { rendering.glyphs = glyphs }
    if let glyphs = command.glyphs { rendering.glyphs = glyphs }
    let output = ImageOutput(cells: rendering, cellPixels: findings.cellPixels)
    let size = picture.cells(in: most(output.cellAspect), cellAspect: output.cellAspect)
    let grid = output.grid(columns: size.width, rows: size.height)
    let raster = picture.raster(
      width: grid.width, height: grid.height, sampleAspect: grid.sampleAspect)
    return PictureText.cells(
      raster, columns: size.width, rows: size.height, rendering,
      unicode: unicode || rendering.glyphs != .ascii)
  }

  private func graphics(
    _ picture: RenderedImage, _ graphics: ImageOutput.Graphics
  ) -> [UInt8] {
    let output = ImageOutput(graphics: graphics, cellPixels: findings.cellPixels)
    let size = picture.cells(in: most(output.cellAspect), cellAspect: output.cellAspect)
    let grid = output.grid(columns: size.width, rows: size.height)
    let raster = picture.raster(
      width: grid.width, height: grid.height, sampleAspect: grid.sampleAspect)
    return PictureText.graphics(
      raster, columns: size.width, rows: size.height, graphics, findings)
  }

  /// The cells that there are: as asked for, else of the terminal without the lines around.
  private func most(_ cellAspect: Double) -> Size {
    if let size = command.size {
      guard size.isPixels else { return Size(width: size.width, height: size.height) }
      let cell = findings.cellPixels ?? Size(width: 10, height: 20)
      return Size(
        width: max(1, size.width / cell.width), height: max(1, size.height / cell.height))
    }
    let terminal = TerminalInterview.size ?? Size(width: 80, height: 24)
    return Size(width: terminal.width, height: max(1, terminal.height - 3))
  }

  private func deliver(_ bytes: [UInt8], isBinary: Bool) throws {
    guard let output = command.output, output != "-" else {
      if isBinary, isatty(STDOUT_FILENO) == 1 {
        throw CommandFailure(
          "A PNG file is no text: name a file with --output, or send the output elsewhere.",
          .usage)
      }
      FileHandle.standardOutput.write(Data(bytes))
      return
    }
    do {
      try Data(bytes).write(to: URL(fileURLWithPath: output), options: .atomic)
    } catch {
      throw CommandFailure(
        "\(output) cannot be written: \((error as NSError).localizedDescription)", .failure)
    }
  }
}

extension FrameError {
  /// What a command that needs one frame ends with.
  var exitStatus: ExitStatus {
    switch self {
    case .file(.unreadable): .notFound
    case .noSuchFrame: .notFound
    case .decoderMissing, .decoderLost: .failure
    default: .usage
    }
  }
}
