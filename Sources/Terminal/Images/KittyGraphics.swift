import Screen

/// The kitty graphics protocol (https://sw.kovidgoyal.net/kitty/graphics-protocol/). Every sequence
/// asks for no answer (`q=2`): answers would come as input, one for each of them.
enum KittyGraphics {
  /// Bytes of base64 in one sequence, as the protocol limits them.
  private static let chunk = 4096

  /// Sends a picture, without showing it, under a number of our own.
  static func transmit(_ raster: Raster, id: Int, _ way: Passthrough) -> [UInt8] {
    send(raster, control: "a=t,i=\(id)", way)
  }

  /// Shows a part of a sent picture over cells, scaled to them; the cursor must be at their upper
  /// left one, and stays there.
  /// - Parameters:
  ///   - placement: from 1; the same number moves what was placed under it.
  ///   - part: in the picture's own pixels.
  static func place(
    id: Int, placement: Int, part: Rect, columns: Int, rows: Int
  ) -> [UInt8] {
    let source = "x=\(part.x),y=\(part.y),w=\(part.width),h=\(part.height)"
    return Array(
      "\u{1B}_Ga=p,i=\(id),p=\(placement),\(source),c=\(columns),r=\(rows),C=1,q=2\u{1B}\\".utf8)
  }

  /// Takes a placement away; the picture stays with the terminal.
  static func remove(id: Int, placement: Int) -> [UInt8] {
    Array("\u{1B}_Ga=d,d=i,i=\(id),p=\(placement),q=2\u{1B}\\".utf8)
  }

  /// Takes a picture away from the screen and from the terminal's memory.
  static func delete(id: Int, _ way: Passthrough) -> [UInt8] {
    way.wrapped(Array("\u{1B}_Ga=d,d=I,i=\(id),q=2\u{1B}\\".utf8))
  }

  /// Sends a picture that is shown where its placeholder characters stand.
  static func transmitVirtual(
    _ raster: Raster, id: Int, columns: Int, rows: Int, _ way: Passthrough
  ) -> [UInt8] {
    send(raster, control: "a=T,U=1,i=\(id),c=\(columns),r=\(rows)", way)
  }

  /// A picture at the cursor, sent and shown at once; the cursor goes behind it.
  static func inline(_ raster: Raster, columns: Int, rows: Int) -> [UInt8] {
    send(raster, control: "a=T,c=\(columns),r=\(rows)", .none)
  }

  /// Grey as PNG, since the protocol has no bare grey; colour bare, deflated.
  private static func send(_ raster: Raster, control: String, _ way: Passthrough) -> [UInt8] {
    let data: [UInt8]
    var control = control
    if raster.channels == 1 {
      data = PNGEncoder.encode(raster, effort: .fast)
      control += ",f=100"
    } else {
      data = Zlib.compressed(raster.pixels, level: 1)
      control += ",f=24,o=z,s=\(raster.width),v=\(raster.height)"
    }
    let text = Base64.encoded(data)
    var result: [UInt8] = []
    result.reserveCapacity(text.count + text.count / 128 + 128)
    var start = 0
    repeat {
      let end = min(text.count, start + chunk)
      let more = end < text.count ? 1 : 0
      let head = start == 0 ? "\(control),t=d,q=2,m=\(more)" : "q=2,m=\(more)"
      result += way.wrapped(
        Array("\u{1B}_G\(head);".utf8) + text[start..<end] + [0x1B, 0x5C])
      start = end
    } while start < text.count
    return result
  }
}
