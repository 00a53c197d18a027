/// Why a file is copied into RadRelay's own folder before it is sent.
public enum StagingReason: String, Sendable, Codable, Equatable {
  /// It lies in a ZIP archive.
  case archive
  /// A disc, stick or card that may be pulled out.
  case removable
  /// A share that may go away.
  case network

  public var words: String {
    switch self {
    case .archive: "in a ZIP archive"
    case .removable: "on a removable medium"
    case .network: "on a network share"
    }
  }
}

extension ScannedStudy {
  /// Bytes that are copied before the study is queued.
  public var stagedByteCount: Int64 {
    files.reduce(0) { sum, file in
      file.needsStaging ? sum.addingReportingOverflow(max(0, file.byteCount)).partialValue : sum
    }
  }
}

extension DraftFile {
  /// True when it must be in the spool before it is queued.
  public var needsStaging: Bool { archiveEntry != nil || staging != nil }
}
