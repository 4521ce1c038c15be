import ArgumentParser
import Logging
import Service
import Store

/// Applies migrations without starting the service.
struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "Applies the database's migrations, under a lock, and says which.")

    @OptionGroup var options: SettingsOptions

    func run() async throws {
        let settings = try options.load()
        do {
            let store = try Composition(settings, logger: Logger(label: "rejoinder")).openStore()
            let applied: [String]
            do {
                applied = try await store.migrate()
            } catch {
                await store.close()
                throw error
            }
            await store.close()
            Terminal.say(applied.isEmpty ? "nothing to apply" : "applied: \(applied.joined(separator: ", "))")
        } catch let error as StoreError {
            Terminal.complain("the database \(settings.databaseForPeople): \(error)")
            throw Exit.unreachable
        }
    }
}
