import JSONValue
import Statechart
import Store

/// What a migration would do, tried on the newest posts that match.
package struct MigrationForecast: Sendable {
    /// Digests of the two charts.
    package var from: String
    package var to: String
    /// Whether the way back restores every post exactly.
    package var isLossless: Bool
    package var tried = 0
    package var movable = 0
    /// The first posts that could not move, and why.
    package var problems: [JSON] = []
}

extension Engine {
    private static let trialSize = 500

    /// Reads a migration and tries it; nothing is changed. Throws `refused` when the text is no migration, or this node
    /// lacks one of the charts.
    package func forecast(_ parameters: JSONObject, _ filter: PostFilter) async throws -> MigrationForecast {
        let migration: any InstanceMigration
        do {
            migration = try await operations.migrations.migration(parameters)
        } catch let problem as MigrationProblem {
            throw EngineError(.refused, problem.description)
        }
        var forecast = MigrationForecast(
            from: migration.oldChart, to: migration.newChart, isLossless: migration.isLossless)
        var matching = filter
        matching.chart = migration.oldChart
        let ids = try await store.postIDs(matching, after: nil, limit: Self.trialSize)
        for row in try await store.posts(ids).sorted(by: { $0.id > $1.id }) {
            forecast.count(row.id, problem(row, migration))
        }
        return forecast
    }

    /// Why a post cannot move; nil when it can.
    private func problem(_ row: PostRow, _ migration: any InstanceMigration) -> String? {
        guard let instance = Instance(row) else { return "its state cannot be read" }
        do {
            _ = try migration.migrate(instance.snapshot, settings: policy.chartSettings, now: clock.now)
            return nil
        } catch {
            return error.description
        }
    }
}

extension MigrationForecast {
    fileprivate mutating func count(_ post: PostID, _ problem: String?) {
        tried += 1
        guard let problem else {
            movable += 1
            return
        }
        guard problems.count < OperationRow.problemLimit else { return }
        problems.append(["post": .string(post.description), "problem": .string(problem)])
    }
}
