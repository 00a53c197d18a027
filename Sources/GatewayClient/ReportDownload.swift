import AsyncHTTPClient
public import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1
import Sync
import Wire

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension GatewayClient {
  public func savePDF(report: String, to file: URL, limit: Int64, access: String) async throws {
    let exchange = Exchange(
      path: Routes.base + Routes.reportPDF(try segment(report)),
      headers: [("Accept", "application/pdf, application/problem+json")], token: access,
      deadline: max(transport.limits.request, 300))
    let part = file.deletingLastPathComponent().appendingPathComponent(
      ".\(file.lastPathComponent).part-\(UInt32.random(in: 0 ... .max))")
    let (transport, address) = (self.transport, self.address)
    do {
      try await transport.translated {
        try await withDeadline(exchange.deadline) {
          let response = try await transport.send(exchange, origin: address)
          guard (200..<300).contains(response.status.code) else {
            throw try await transport.refusal(of: response)
          }
          let output = try OutputFile(part)
          var total: Int64 = 0
          var head = Data()
          for try await buffer in response.body {
            total += Int64(buffer.readableBytes)
            guard total <= limit else {
              throw LinkError.malformed("a PDF of more than \(limit) bytes")
            }
            if head.count < 5 { head.append(contentsOf: buffer.readableBytesView.prefix(5)) }
            try output.write(Data(buffer.readableBytesView))
          }
          guard head.starts(with: Data("%PDF".utf8)) else {
            throw LinkError.malformed("the report's file is no PDF")
          }
          try output.close()
        }
      }
      guard rename(part.path, file.path) == 0 else {
        throw LinkError.malformed(
          "\(file.path) cannot be written: \(String(cString: strerror(errno)))")
      }
    } catch {
      unlink(part.path)
      throw error
    }
  }
}

/// A new file that only its owner can read, on the disk when closed.
private final class OutputFile: Sendable {
  private let descriptor: Int32
  private let path: String

  init(_ file: URL) throws(LinkError) {
    path = file.path
    descriptor = open(file.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    if descriptor < 0 { throw failure() }
  }

  deinit { if descriptor >= 0 { Glibc.close(descriptor) } }

  func write(_ bytes: Data) throws(LinkError) {
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        Glibc.write(descriptor, buffer.baseAddress?.advanced(by: done), bytes.count - done)
      }
      if count < 0 {
        if errno == EINTR { continue }
        throw failure()
      }
      done += count
    }
  }

  func close() throws(LinkError) { if fsync(descriptor) != 0 { throw failure() } }

  private func failure() -> LinkError {
    .address("The file \(path) cannot be written: \(String(cString: strerror(errno))).")
  }
}
