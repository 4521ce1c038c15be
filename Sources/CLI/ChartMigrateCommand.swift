import ArgumentParser
import ChartFormat
import ChartTools
import JSONValue
import Logging
import Service
import Statechart
import Store

struct ChartMigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Checks a migration from one version of a chart to another, tries it on stored posts, and does it.",
        discussion: """
            rejoinder chart migrate statecharts/migrations/post-2.yaml --from old.yaml --to statecharts/post.yaml
            With --posts it reads the configured database and says how many posts would move and which cannot, and why.
            Nothing is changed. With --apply the service moves its posts, in the background and throttled ('rejoinder bulk'
            shows how far it is); with --back they come back. Exits with 1 when something has no place or a post cannot move. See docs/migrations.md.
            """)

    @Argument(help: "The migration file, YAML or JSON.") var file: String
    @Option(name: .customLong("from"), help: "The chart that posts are on; not with --apply.") var oldChart: String?
    @Option(name: .customLong("to"), help: "The chart that they should go on with; not with --apply.")
    var newChart: String?
    @Flag(help: "Only check the file; the default without --posts.") var check = false
    @Flag(help: "Try it on the posts of the configured database; nothing is changed.") var posts = false
    @Flag(help: "Have the service move its posts.") var apply = false
    @Flag(help: "With --apply: the way back.") var back = false
    @Flag(help: "With --apply: only count, and try some.") var dryRun = false
    @Option(help: "With --apply: why; kept with the operation and in the audit log.") var reason: String?
    @OptionGroup var filter: BulkCommand.Filter
    @OptionGroup var server: ServerOptions
    @OptionGroup var options: SettingsOptions

    func validate() throws {
        guard [check, posts, apply].count(where: { $0 }) <= 1 else {
            throw ValidationError("--check, --posts and --apply exclude each other")
        }
        if apply {
            guard dryRun || reason != nil else { throw ValidationError("say why, with --reason") }
        } else {
            guard oldChart != nil, newChart != nil else { throw ValidationError("give both charts: --from and --to") }
            guard !back, !dryRun, reason == nil else {
                throw ValidationError("--back, --dry-run and --reason belong to --apply")
            }
        }
    }

    func run() async throws {
        if apply { return try await start() }
        guard let oldChart, let newChart else { return }
        let old = try ChartFile.read(oldChart)
        let new = try ChartFile.read(newChart)
        let text = try ChartFile.text(file, "migration")
        let plans: (forward: MigrationPlan, inverse: MigrationPlan)
        do throws(ChartDiagnostics) {
            let migration = try MigrationReader.read(text: text, file: file, from: old, to: new)
            plans = try MigrationPlan.both(migration, from: old, to: new, file: file)
        } catch {
            Terminal.complain("the migration is refused:\n\(error)")
            throw Exit.no
        }
        let wayBack =
            plans.forward.isLossless ? "the way back restores every post exactly" : "the way back loses something"
        Terminal.say("\(file): ok, everything of '\(old.id)' has a place; \(wayBack)")
        if posts { try await attempt(plans, on: old) }
    }

    /// The service knows the charts by the digests in the file.
    private func start() async throws {
        let parameters: JSON = ["mapping": .string(try ChartFile.text(file, "migration")), "back": .bool(back)]
        let answer = try await server.post(
            "/v1/bulk",
            BulkRequestText.body("migrate", filter.json, parameters, reason: reason, dryRun: dryRun))
        server.print(answer, BulkText.describe(answer))
    }

    private func attempt(_ plans: (forward: MigrationPlan, inverse: MigrationPlan), on old: Chart) async throws {
        let settings = try options.load()
        do {
            let store = try Composition(settings, logger: Logger(label: "rejoinder")).openStore(readOnly: true)
            let trial: MigrationTrial
            do {
                trial = try await attempt(plans, on: old, store)
            } catch {
                await store.close()
                throw error
            }
            await store.close()
            Terminal.say(trial.text)
            if trial.refused > 0 { throw Exit.no }
        } catch let error as StoreError {
            Terminal.complain("the database \(settings.databaseForPeople): \(error)")
            throw Exit.unreachable
        }
    }

    private func attempt(
        _ plans: (forward: MigrationPlan, inverse: MigrationPlan), on old: Chart, _ store: any Store
    ) async throws -> MigrationTrial {
        var trial = MigrationTrial(
            plans.forward, plans.inverse, settings: try ChartFile.settings(nil), now: try await store.now())
        var cursor: PostID?
        while true {
            let rows = try await store.posts(chart: old.digest, after: cursor, limit: 500)
            for row in rows {
                let memory = row.state.memory["machine"] ?? .null
                let snapshot = Snapshot(
                    configuration: row.state.configuration, context: row.state.context, memory: memory)
                if let snapshot {
                    trial.attempt("\(row.id)", snapshot)
                } else {
                    trial.refuse("\(row.id)", "its memory has another shape than this version writes")
                }
            }
            guard let last = rows.last, rows.count == 500 else { return trial }
            cursor = last.id
        }
    }
}
