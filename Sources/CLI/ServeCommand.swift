import ArgumentParser
import ChartFormat
import HTTPServer
import Logging
import Service
import Store

/// Runs the service until SIGTERM or SIGINT.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Runs the service.",
        discussion: """
            Without any settings: SQLite in ./rejoinder-data, http://127.0.0.1:8787, nothing is posted (dry_run).
            SIGTERM drains: no new work, attempts finished or given back, exit 0 within ten seconds.
            """)

    @OptionGroup var options: SettingsOptions

    func run() async throws {
        let settings = try options.load()
        LogSetup.start(settings.values)
        let signals = StopSignals.stream()
        let service = try await Starting.start(settings, logger: Logger(label: "rejoinder"))
        Terminal.say("Rejoinder listens on \(service.url) (database \(settings.databaseForPeople))")
        await Running.run(service, until: signals)
    }
}

/// Starting with errors that say what to do.
enum Starting {
    static func start(_ settings: ServiceSettings, logger: Logger) async throws -> RunningService {
        do {
            return try await Composition(settings, logger: logger).start()
        } catch let error as SettingsError {
            Terminal.complain("settings: \(error)")
            throw Exit.settings
        } catch let error as ChartDiagnostics {
            Terminal.complain("the chart is refused:\n\(error)")
            throw Exit.settings
        } catch let error as StoreError {
            Terminal.complain("the database \(settings.databaseForPeople): \(error)")
            throw Exit.unreachable
        } catch let error as HTTPServerError {
            let place = "\(settings.values.text("listen.address")):\(settings.values.text("listen.port"))"
            let hint = error.code == .portTaken ? "; choose another port with --port, or 0 for any free one" : ""
            Terminal.complain("cannot listen on \(place): \(error)\(hint)")
            throw Exit.settings
        }
    }
}

enum Running {
    /// Runs until the first signal, then drains; a second signal does not wait for the drain.
    static func run(_ service: RunningService, until signals: AsyncStream<Int32>) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await service.run() }
            group.addTask {
                for await _ in signals { break }
                await service.stop()
            }
            await group.waitForAll()
        }
    }
}
