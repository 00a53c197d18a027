import Domain
import Foundation
import Store
import Sync
import Terminal
import Workstation

extension Session {
  /// Starts the work of an effect.
  func startWork(_ effect: Effect) {
    switch effect {
    case .load(let query): load(query)
    case .perform(let action): perform(action)
    case .listFolder(let path):
      tasks.start(.folder) { [services] ticket in
        await self.conclude(ticket, .folder(await services.files.list(path)))
      }
    case .scan(let roots): scan(roots)
    case .cancelScan: tasks.cancel(.scan)
    case .organise(let studies):
      tasks.start(.scan) { [services] ticket in
        await self.conclude(ticket, .organised(await services.files.organise(studies)))
      }
    case .review(let subjects): review(subjects)
    case .cancelReview: tasks.cancel(.review)
    case .estimate:
      tasks.start(.estimate) { [services] ticket in
        await self.conclude(ticket, .review(.estimate(await services.data.estimate())))
      }
    case .keepDraft(let wizard): keep(wizard)
    case .forgetDraft: keep(nil)
    case .login(let server, let username, let password, let code):
      login(server, username, password, code)
    case .logout:
      tasks.start(.logout) { [services] ticket in
        do {
          try await services.sync.logout()
          await self.finish(ticket)
        } catch {
          await self.conclude(ticket, .failed(.sync, words(error)))
        }
      }
    case .syncNow:
      tasks.start(.sync) { [services] ticket in
        await services.sync.syncNow()
        await self.finish(ticket)
      }
    case .savePDF(let report): savePDF(report)
    case .saveReceipt(let upload): saveReceipt(upload)
    case .after(let seconds, let timer):
      tasks.start(.timer(timer)) { ticket in
        // Cancelled by a newer timer of the kind: its ticket is then no longer current.
        try? await Task.sleep(for: .seconds(seconds))
        await self.conclude(ticket, .timer(timer))
      }
    case .viewer(let request): work(for: request)
    case .redraw, .bell, .suspend, .quit: perform([effect])
    }
  }

  /// The last answer of work.
  func conclude(_ ticket: TaskTable.Ticket, _ message: Message) {
    guard tasks.isCurrent(ticket) else { return }
    tasks.finish(ticket)
    take(message)
  }

  func finish(_ ticket: TaskTable.Ticket) { tasks.finish(ticket) }

  private func load(_ query: Query) {
    let kind = query.kind
    // The same rows again, while they are being read: the answer must be newer than this request,
    // but breaking the read off for it could go on for ever under a busy store.
    if loads[kind]?.query == query {
      loads[kind]?.again = true
      return
    }
    loads[kind] = (query, false)
    let configuration = options.configuration
    tasks.start(.load(kind)) { [services] ticket in
      let message: Message
      do { message = .loaded(configuration.complete(try await services.data.load(query))) } catch {
        message = .failed(.load(query), words(error))
      }
      await self.loaded(ticket, query, message)
    }
  }

  private func loaded(_ ticket: TaskTable.Ticket, _ query: Query, _ message: Message) {
    guard tasks.isCurrent(ticket) else { return }
    tasks.finish(ticket)
    let again = loads.removeValue(forKey: query.kind)?.again == true
    take(message)
    if again, loads[query.kind] == nil { load(query) }
  }

  private func perform(_ action: Action) {
    let before = lastAction
    lastAction = Task.detached { [services] in
      await before?.value
      let message: Message
      do { message = .done(try await services.data.perform(action)) } catch {
        message = .failed(.perform(action), words(error))
      }
      await self.take(message)
    }
  }

  /// In the order of the other changes; nobody waits for it.
  func keep(_ wizard: WizardState?) {
    let before = lastAction
    lastAction = Task.detached { [services] in
      await before?.value
      do { try await services.data.keepDraft(wizard) } catch {
        await self.take(
          .failed(.draft, "What you are adding is not kept for a crash: \(words(error))"))
      }
    }
  }

  private func scan(_ roots: [String]) {
    tasks.start(.scan) { [services] ticket in
      var isFinished = false
      for await progress in await services.files.scan(roots) {
        isFinished = progress.isFinished
        await self.answer(ticket, .scan(progress))
      }
      if !isFinished, !Task.isCancelled {
        await self.answer(ticket, .failed(.scan, "The scan ended early; start it again."))
      }
      await self.finish(ticket)
    }
  }

  /// Answers as they come.
  private func review(_ subjects: [ReviewSubject]) {
    tasks.start(.review) { [services] ticket in
      for await (index, earlier) in await services.sync.earlier(subjects.map(\.draft)) {
        await self.answer(ticket, .review(.earlier(key: subjects[index].key, earlier)))
      }
      await self.conclude(ticket, .review(.finished))
    }
  }

  private func login(_ server: String, _ username: String, _ password: String, _ code: String?) {
    tasks.start(.login) { [services] ticket in
      let result: LoginResult
      do {
        result = .success(
          try await services.sync.login(
            server: server, username: username, password: password, code: code))
      } catch SyncError.codeWanted {
        result = .codeWanted("")
      } catch SyncError.wrongCode {
        result = .codeWanted(words(SyncError.wrongCode))
      } catch {
        result = .failure(words(error))
      }
      await self.conclude(ticket, .loginResult(result))
    }
  }

  private func savePDF(_ report: ReportID) {
    let folder = ReportFolder(environment: options.environment, data: options.home.data)
    tasks.start(.pdf(report)) { [services] ticket in
      let path = folder.file(for: report)
      let message: Message
      do {
        try FileManager.default.createDirectory(
          atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true,
          attributes: [.posixPermissions: 0o700])
        try await services.sync.savePDF(report, to: path)
        message = .done(.savedPDF(path: path))
      } catch {
        message = .failed(.savePDF, words(error))
      }
      await self.conclude(ticket, message)
    }
  }

  private func saveReceipt(_ upload: UploadID) {
    let folder = ReportFolder(environment: options.environment, data: options.home.data).folder
    let program = "RadRelay \(options.version)"
    tasks.start(.receipt(upload)) { [services] ticket in
      let message: Message
      do {
        message = .done(
          .savedReceipt(
            path: try await services.data.saveReceipt(upload, program: program, in: folder)))
      } catch {
        message = .failed(.saveReceipt, words(error))
      }
      await self.conclude(ticket, message)
    }
  }
}

extension Query {
  /// A later query of the same kind replaces one that still runs.
  var kind: String {
    switch self {
    case .uploads: "uploads"
    case .upload: "upload"
    case .reports: "reports"
    case .report: "report"
    case .cases: "cases"
    case .teachingCase: "teachingCase"
    case .notifications: "notifications"
    case .dashboard: "dashboard"
    case .settings: "settings"
    case .draft: "draft"
    case .templates: "templates"
    case .spool: "spool"
    case .frame: "frame"
    }
  }
}

/// An error as a person reads it: ours describe themselves, those of the system are translated.
func words(_ error: any Error) -> String {
  switch error {
  case is CancellationError: "It was broken off."
  case let error as any CustomStringConvertible: error.description
  default: (error as NSError).localizedDescription
  }
}
