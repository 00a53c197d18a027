import Crypto
import Foundation
import TestSupport

/// Orthanc, the gateway before it, and a workstation that is logged in.
struct ClientSite: Sendable {
  let workplace: ClientWorkplace
  let orthanc: OrthancServer
  let gateway: GatewayProcess

  /// - Parameter options: further ones of the gateway.
  static func open(logIn: Bool = true, options: [String] = []) async throws -> ClientSite {
    let workplace = try ClientWorkplace()
    async let orthanc = OrthancServer.start()
    try await GatewayProcess.addUser("anna", data: workplace.data)
    let pacs = try await orthanc
    let gateway = try await GatewayProcess.start(
      data: workplace.data, pacs: pacs, options: options)
    if logIn { try await workplace.logIn(at: gateway) }
    return ClientSite(workplace: workplace, orthanc: pacs, gateway: gateway)
  }

  func close() {
    gateway.process.send(9)
    orthanc.kill()
  }
}

extension OrthancServer {
  /// An instance as it is held: its identifiers, and the digest of its bytes.
  struct Held: Sendable {
    var sopInstanceUID: String
    var studyInstanceUID: String
    var sha256: String
  }

  /// Stores one instance by STOW-RS, as any client would; the status of the answer.
  func store(_ instance: Data) async throws -> Int {
    let boundary = "radrelay-test-boundary"
    let head = "--\(boundary)\r\nContent-Type: application/dicom\r\n\r\n"
    let type = "multipart/related; type=\"application/dicom\"; boundary=\(boundary)"
    return try await RawHTTP.send(
      "POST", "/dicom-web/studies",
      headers: ["Content-Type": type, "Accept": "application/dicom+json"],
      body: Data(head.utf8) + instance + Data("\r\n--\(boundary)--".utf8), to: port
    ).status
  }

  /// All instances with their bytes' digests.
  func held() async throws -> [Held] {
    var result: [Held] = []
    for id in try await instances() {
      let tags = try await get("/instances/\(id)/simplified-tags").json
      let bytes = try await get("/instances/\(id)/file").body
      result.append(
        Held(
          sopInstanceUID: tags["SOPInstanceUID"] as? String ?? "",
          studyInstanceUID: tags["StudyInstanceUID"] as? String ?? "", sha256: sha256(bytes)))
    }
    return result
  }
}

/// Lower case hexadecimal SHA-256.
func sha256(_ bytes: Data) -> String {
  SHA256.hash(data: bytes).map { byte in
    (byte < 16 ? "0" : "") + String(byte, radix: 16)
  }.joined()
}
