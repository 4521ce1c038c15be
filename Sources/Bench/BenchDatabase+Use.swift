import Postgres

extension BenchDatabase {
    /// Opens a database, lets a workload use it, and removes what was made for it, whatever happens.
    static func with<Value: Sendable>(
        _ target: BenchTarget, _ body: (BenchDatabase) async throws -> Value
    ) async throws -> Value {
        let database = try await open(target)
        do {
            let value = try await body(database)
            await database.remove()
            return value
        } catch {
            await database.remove()
            throw error
        }
    }

    /// The machine's own limits on this database, with rows of the size that the workload has written.
    func limits() async throws -> MachineLimits {
        guard target.isPostgres else { return try await SQLiteLimits.measure(path: location) }
        let connection = PostgresConnection(url: location, applicationName: "rejoinder bench")
        let sizes: RowSizes
        do {
            sizes = try await RowSizes(connection)
            await connection.close()
        } catch {
            await connection.close()
            throw error
        }
        return try await PostgresLimits(url: location, sizes: sizes).measure()
    }
}
