import Foundation
import Runtime
import Store

/// Opens the full-screen program over a store.
enum Screens {
  /// - Parameters:
  ///   - home: where the store is.
  ///   - studiesFolder: where the upload wizard begins; nil for the home folder.
  ///   - pictures: how pictures are shown; nil for what the settings say.
  ///   - images: files and folders whose images are shown at once; absolute paths.
  ///   - prepare: done before the screen is taken, in the process that goes on as the program;
  ///     what it returns is called when the program ends.
  static func run(
    home: Home, pictures: PictureOptions? = nil, studiesFolder: String? = nil,
    images: [String] = [],
    prepare: (@Sendable () throws -> @Sendable () async -> Void)? = nil
  ) throws -> Int32 {
    let environment = ProcessInfo.processInfo.environment
    var options = RuntimeOptions(
      home: home, version: Version.text, environment: environment,
      configuration: UserConfiguration.load(folder: home.configuration),
      studiesFolder: studiesFolder)
    options.images = images
    options.imageMode = pictures?.images
    options.lowBandwidth = pictures?.lowBandwidth ?? false
    return try Runtime.run(options, prepare: prepare) { cleanUp in
      let store = try home.openStore()
      let data = StoreService(store: store)
      return RuntimeServices(
        data: data, sync: EngineService(Engine.make(store: store)),
        locate: data.files,
        stop: {
          await cleanUp?()
          try? store.close()
        })
    }
  }
}
