import Foundation

/// Why studies cannot be taken in from a folder or the network.
public enum IntakeError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The folder cannot be watched: its path and why.
  case watching(String, String)
  /// Nothing can be received at this address: the address and why.
  case listening(String, String)
  /// A program that is needed is not installed: its name and the Debian package.
  case missingProgram(String, package: String)

  public var description: String {
    switch self {
    case .watching(let folder, let reason): "\(folder) cannot be watched: \(reason)."
    case .listening(let address, let reason):
      "Nothing can be received at \(address): \(reason)."
    case .missingProgram(let name, let package):
      "\(name) is needed and not installed. Install it: apt-get install \(package)"
    }
  }

  /// What errno says.
  static func reason(_ code: Int32 = errno) -> String { String(cString: strerror(code)) }
}
