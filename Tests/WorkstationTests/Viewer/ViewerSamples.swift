import DICOM
import Domain
import Foundation
import Imaging
import Screen

@testable import Workstation

/// An invented study, and pictures of it made on the spot: what the runtime does with threads.
struct ViewerSamples {
  var studies = [Self.study]
  /// What an image's file says; by series and position.
  var facts: @Sendable (_ series: Int, _ position: Int) -> ImageFacts = { series, position in
    Self.facts(series: series, position: position)
  }
  /// Images that cannot be shown, by position.
  var broken: Set<Int> = []
  var metadata = Self.document

  static let study = ViewerStudy(
    summary: StudySummary(
      studyInstanceUID: "1.2.3", patientName: "PATEL^Anita", patientID: "83-2201",
      patientBirthDate: "19610402", patientSex: "F", accessionNumber: "N-55120",
      studyDate: "20261121", studyTime: "090200", studyDescription: "CT head", modality: "CT",
      seriesCount: 3, instanceCount: 78),
    series: [
      series(0, "Head 5 mm", count: 38, spacing: 5),
      series(1, "Head 2 mm", count: 38, spacing: 2.5),
      series(2, "Scout", count: 2, spacing: nil),
    ])

  static func series(
    _ number: Int, _ description: String, count: Int, spacing: Double?
  ) -> ViewerSeries {
    ViewerSeries(
      uid: "1.2.3.\(number)", number: number + 1, description: description, modality: "CT",
      images: (0..<count).map { place in
        ViewerImage(
          file: number * 100 + place, number: place + 1,
          distance: spacing.map { Double(place) * $0 })
      })
  }

  static func element(_ tag: Tag, _ vr: VR, _ text: String) -> Element {
    Element(tag: tag, vr: vr, value: .bytes(Array(text.utf8)))
  }

  /// A disc of 40 HU in air, 64 by 64, its radius growing with the position.
  static func facts(
    series: Int, position: Int, spacing: Bool = true, oriented: Bool = true, lossy: String = "",
    extra: [Element] = []
  ) -> ImageFacts {
    let side = 64
    let radius = 10 + position % 20
    var values = [Int16](repeating: 24, count: side * side)
    for y in 0..<side {
      for x in 0..<side where (x - 32) * (x - 32) + (y - 32) * (y - 32) <= radius * radius {
        values[y * side + x] = 1_064
      }
    }
    var elements = [
      element(.modality, .cs, "CT"), element(.rescaleIntercept, .ds, "-1024"),
      element(.rescaleSlope, .ds, "1"), element(.windowCenter, .ds, "40"),
      element(.windowWidth, .ds, "80"),
    ]
    if spacing { elements.append(element(.pixelSpacing, .ds, "0.5\\0.5")) }
    if oriented {
      elements += [
        element(.imageOrientationPatient, .ds, "1\\0\\0\\0\\1\\0"),
        element(.imagePositionPatient, .ds, "0\\0\\\(Double(position) * 5)"),
      ]
    }
    elements += extra
    let dataSet = DataSet(elements: elements.sorted { $0.tag < $1.tag })
    guard
      let frame = Frame(
        columns: side, rows: side, bitsAllocated: 16, bitsStored: 16, isSigned: true,
        photometric: .monochrome2, pixels: .int16(values))
    else { fatalError("no frame") }
    return ImageFacts(
      frame: frame,
      parameters: DisplayParameters(dataSet: dataSet, frame: 0, photometric: .monochrome2),
      scale: ImageScale(dataSet: dataSet, frame: 0),
      letters: OrientationLetters(dataSet: dataSet, frame: 0),
      slice: oriented && series < 2
        ? SlicePlane(normal: SIMD3(0, 0, 1), depth: 0, frameOfReference: "1.9") : nil,
      lossy: lossy)
  }

  static let document = MetadataDocument(
    file: "/media/usb/IM00019",
    lines: [
      MetadataLine(
        depth: 0, tag: "(0008,0060)", vr: "CS", name: "Modality", value: "CT"),
      MetadataLine(
        depth: 0, tag: "(0010,0010)", vr: "PN", name: "Patient's Name", value: "PATEL^Anita"),
      MetadataLine(
        depth: 0, tag: "(0008,1140)", vr: "SQ", name: "Referenced Image Sequence",
        value: "1 item", hasChildren: true),
      MetadataLine(
        depth: 1, tag: "item 1", vr: "", name: "", value: "", hasChildren: true),
      MetadataLine(
        depth: 2, tag: "(0008,1155)", vr: "UI", name: "Referenced SOP Instance UID",
        value: "1.2.3.4"),
      MetadataLine(depth: 0, tag: "(0028,0010)", vr: "US", name: "Rows", value: "64"),
    ])

  /// What the runtime would answer; nil when nothing.
  func answer(_ request: ViewerRequest) -> [ViewerAnswer] {
    switch request {
    case .open(_, let generation): return [.studies(generation: generation, studies)]
    case .picture(let request): return [picture(request)]
    case .thumbnails(let generation, let study, _):
      return studies[study].series.indices.map { series in
        .thumbnail(
          generation: generation, study: study, series: series,
          Raster(width: 8, height: 8, pixels: (0..<64).map { UInt8($0 * 4) }))
      }
    case .metadata(let generation, _, _, _): return [.metadata(generation: generation, metadata)]
    case .statistics(let request):
      let facts = facts(request.image.file / 100, request.image.file % 100)
      return [
        .statistics(
          request,
          EllipseStatistics(
            in: facts.frame, from: request.from, to: request.to, parameters: facts.parameters,
            scale: facts.scale))
      ]
    case .cine, .close: return []
    }
  }

  func picture(_ request: PictureRequest) -> ViewerAnswer {
    let wish = request.wish
    if broken.contains(wish.position) {
      return .broken(
        request, file: "/media/usb/IM00007",
        problem: "/media/usb/IM00007: pixel data ends within frame 1: expected 8192 bytes, 100 are"
          + " there. Copy the file again from its source.")
    }
    let facts = facts(wish.series, wish.position)
    let voi: VOITransform
    switch wish.window {
    case .window(let window): voi = .window(window, .linear)
    case .view(let index): voi = facts.parameters.views[index].transform
    case .fitting: voi = facts.parameters.fittingView(of: facts.frame)
    case .file: voi = facts.parameters.initialView(of: facts.frame)
    }
    var renderer = FrameRenderer()
    let display = renderer.render(
      facts.frame, facts.parameters, voi: voi, isInverted: wish.isInverted)
    let projection = wish.transform.projection(of: facts.extent, in: wish.viewport)
    let shown = Resampler.render(display, projection)
    let image = studies[wish.study].series[wish.series].images[wish.position]
    return .picture(
      request,
      ViewerPicture(
        wish: wish, image: image,
        raster: Raster(width: shown.width, height: shown.height, pixels: shown.pixels),
        projection: projection, voi: voi, facts: facts))
  }
}

extension Stage {
  /// Answers what the viewer asked for until it asks for nothing more.
  mutating func serve(_ samples: ViewerSamples) {
    var pending = effects
    var rounds = 0
    while !pending.isEmpty, rounds < 20 {
      rounds += 1
      var next: [Effect] = []
      for case .viewer(let request) in pending {
        for answer in samples.answer(request) { next += send(.viewer(answer)) }
      }
      pending = next
    }
  }

  /// Presses keys one by one, each answered.
  mutating func press(_ names: String..., viewing samples: ViewerSamples) {
    for name in names {
      press(name)
      serve(samples)
    }
  }

  /// A stage on which the sample study is open.
  static func viewing(
    _ samples: ViewerSamples = ViewerSamples(), _ width: Int = 80, _ height: Int = 24
  ) -> Stage {
    var stage = Stage(Size(width: width, height: height))
    stage.effects = stage.state.go(to: .viewer)
    stage.effects += stage.state.send(.viewer, .reveal(.images(.paths(["/media/usb"]))))
    stage.serve(samples)
    return stage
  }

  var viewer: ViewerState { state.viewer }

  mutating func mouse(
    _ action: Mouse.Action, _ x: Int, _ y: Int, _ button: Mouse.Button = .left,
    _ modifiers: Key.Modifiers = []
  ) {
    send(
      .input(
        .mouse(
          Mouse(action: action, button: button, point: Point(x: x, y: y), modifiers: modifiers))))
  }
}
