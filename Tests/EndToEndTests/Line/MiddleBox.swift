import Foundation
import TestSupport

/// What stands between a workstation and its gateway, on a port of this machine: a TLS proxy with a
/// certificate, or a network that answers in the gateway's place. Put another one on the same port to
/// change it; the old connections end then.
struct MiddleBox: Sendable {
  enum Kind: Sendable {
    /// Passes everything on, behind a certificate and its key (PEM files).
    case tls(certificate: String, key: String)
    /// Every request gets this answer, a whole HTTP one.
    case answers(String)
    /// Passes everything on.
    case open
  }

  let port: Int
  private let process: ChildProcess

  /// - Parameter gateway: the gateway's port.
  static func start(_ kind: Kind, on port: Int, to gateway: Int) async throws -> MiddleBox {
    let arguments =
      switch kind {
      case .tls(let certificate, let key): ["tls", certificate, key]
      case .answers(let text): ["answers", text, ""]
      case .open: ["open", "", ""]
      }
    let process = try await ChildProcess.start(
      "python3", ["-c", script, "\(port)", "\(gateway)"] + arguments)
    _ = try await process.line(containing: "listening")
    return MiddleBox(port: port, process: process)
  }

  func stop() async { await process.stop() }

  /// A login page of a network, as a page, as a way to one, and as RFC 6585 wants it.
  static let loginPage =
    "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n"
    + "<!DOCTYPE html><html><body>Hotel Wi-Fi: log in</body></html>"
  static let loginRedirect =
    "HTTP/1.1 302 Found\r\nLocation: http://wifi.example/login\r\nConnection: close\r\n"
    + "Content-Length: 0\r\n\r\n"
  static let loginRequired =
    "HTTP/1.1 511 Network Authentication Required\r\nContent-Type: text/html\r\n"
    + "Connection: close\r\nContent-Length: 13\r\n\r\n<html></html>"

  private static let script = """
    import socket, ssl, sys, threading
    port, gateway, kind, one, two = int(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:6]
    context = None
    if kind == "tls":
      context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
      context.load_cert_chain(one, two)
    def pump(source, target):
      try:
        while True:
          data = source.recv(65536)
          if not data: break
          target.sendall(data)
      except OSError: pass
      for end in (source, target):
        try: end.shutdown(socket.SHUT_RDWR)
        except OSError: pass
    def answer(client):
      # The request, as far as it comes at once: what closes before it is read is a broken connection.
      client.settimeout(0.2)
      try:
        while client.recv(65536): pass
      except OSError: pass
      client.settimeout(5)
      try:
        client.sendall(one.encode())
        client.shutdown(socket.SHUT_WR)
        while client.recv(65536): pass
      except OSError: pass
      client.close()
    def serve(client):
      if kind == "answers": return answer(client)
      try:
        if context: client = context.wrap_socket(client, server_side=True)
        upstream = socket.create_connection(("127.0.0.1", gateway))
      except OSError:
        client.close()
        return
      threading.Thread(target=pump, args=(upstream, client), daemon=True).start()
      pump(client, upstream)
    listener = socket.create_server(("127.0.0.1", port), backlog=64)
    print("listening", flush=True)
    while True:
      client, _ = listener.accept()
      threading.Thread(target=serve, args=(client,), daemon=True).start()
    """
}

/// Certificates of an authority of the test's own, made with openssl.
struct TestAuthority: Sendable {
  struct Certificate: Sendable {
    var file: String
    var key: String
    var kind: MiddleBox.Kind { .tls(certificate: file, key: key) }
  }

  let folder: URL
  /// The authority's own certificate.
  var file: String { folder.appendingPathComponent("ca.pem").path }

  /// - Parameter folder: is made.
  init(in folder: URL) async throws {
    self.folder = folder
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try await Self.openssl(
      Self.newKey + [
        "-x509", "-days", "3650", "-subj", "/CN=Test authority", "-keyout", "ca.key", "-out",
        "ca.pem",
      ], in: folder)
    let configuration = """
      [ca]
      default_ca = own
      [own]
      database = index.txt
      new_certs_dir = .
      rand_serial = yes
      default_md = sha256
      unique_subject = no
      copy_extensions = copy
      policy = any
      [any]
      commonName = supplied
      """
    try configuration.write(
      to: folder.appendingPathComponent("ca.cnf"), atomically: true, encoding: .utf8)
    try Data().write(to: folder.appendingPathComponent("index.txt"))
  }

  /// - Parameters:
  ///   - host: the name that it is for.
  ///   - isExpired: its time is over.
  func certificate(_ name: String, host: String, isExpired: Bool = false) async throws
    -> Certificate
  {
    try await Self.openssl(
      Self.newKey + [
        "-subj", "/CN=\(host)", "-addext", "subjectAltName=DNS:\(host)", "-keyout",
        "\(name).key", "-out", "\(name).csr",
      ], in: folder)
    let end = isExpired ? "20200102000000Z" : "20490102000000Z"
    try await Self.openssl(
      [
        "ca", "-batch", "-notext", "-config", "ca.cnf", "-cert", "ca.pem", "-keyfile", "ca.key",
        "-in", "\(name).csr", "-out", "\(name).pem", "-startdate", "20200101000000Z", "-enddate",
        end,
      ], in: folder)
    return Certificate(
      file: folder.appendingPathComponent("\(name).pem").path,
      key: folder.appendingPathComponent("\(name).key").path)
  }

  private static let newKey = [
    "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
  ]

  private static func openssl(_ arguments: [String], in folder: URL) async throws {
    let child = try await ChildProcess.run("openssl", arguments, in: folder)
    guard child.exitStatus == 0 else {
      throw ChildProcessError.ended("openssl", child.exitStatus ?? -1, child.errors)
    }
  }
}
