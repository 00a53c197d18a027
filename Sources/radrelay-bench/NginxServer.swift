import Foundation

/// nginx with `dav_methods PUT` on a free loopback port, in a folder of its own.
struct NginxServer {
  private let folder: String
  private let port: Int
  private let child: Child

  init(folder: String) throws {
    self.folder = folder + "/nginx"
    port = try Self.freePort()
    for part in ["", "/temporary", "/files"] {
      try FileManager.default.createDirectory(
        atPath: self.folder + part, withIntermediateDirectories: true)
    }
    let configuration = """
      daemon off; master_process off; worker_processes 1;
      pid \(self.folder)/nginx.pid; error_log \(self.folder)/error.log;
      events { worker_connections 64; }
      http {
        access_log off; client_max_body_size 0; keepalive_requests 100000;
        client_body_temp_path \(self.folder)/temporary;
        proxy_temp_path \(self.folder)/temporary; fastcgi_temp_path \(self.folder)/temporary;
        uwsgi_temp_path \(self.folder)/temporary; scgi_temp_path \(self.folder)/temporary;
        server { listen 127.0.0.1:\(port); root \(self.folder)/files;
          location / { dav_methods PUT; create_full_put_path on; } }
      }
      """
    let file = self.folder + "/nginx.conf"
    try configuration.write(toFile: file, atomically: true, encoding: .utf8)
    child = try Child.start(
      Machine.installed("nginx"), ["-e", self.folder + "/error.log", "-c", file])
    let limit = ContinuousClock.now + .seconds(20)
    while !Self.answers(port) {
      guard ContinuousClock.now < limit else {
        child.end()
        throw BenchError("nginx does not listen on port \(port)")
      }
      usleep(10_000)
    }
  }

  func take(_ study: UploadFiles) throws -> Double {
    try Curl.put(
      study.paths.enumerated().map { ($1.path, "http://127.0.0.1:\(port)/\($0)") },
      configuration: folder + "/curl.conf")
  }

  func stop() { child.end() }

  /// A port that nobody had a moment ago.
  private static func freePort() throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = loopback(0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
      }
    }
    guard bound else { throw BenchError("no free port") }
    return Int(UInt16(bigEndian: address.sin_port))
  }

  private static func answers(_ port: Int) -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = loopback(port)
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }

  private static func loopback(_ port: Int) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return address
  }
}
