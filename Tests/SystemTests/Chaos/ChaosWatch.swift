import Postgres
import Store
import Threads

/// Looks ten times a second, past all proxies, at how many posts have ended and how old the others are,
/// and remembers it.
final class ChaosWatch: Sendable {
    private let url: String
    private let intake: ChaosIntake
    private let pulse = Locked(ChaosPulse())
    private let isOver = Locked(false)

    init(url: String, intake: ChaosIntake) {
        self.url = url
        self.intake = intake
    }

    var seen: ChaosPulse { pulse.withLock { $0 } }

    func end() { isOver.withLock { $0 = true } }

    /// Runs until ``end()``. While the server is away nothing is seen.
    func run() async {
        let connection = PostgresConnection(url: url, applicationName: "chaos watch", answerLimit: .seconds(2))
        while !Task.isCancelled, !isOver.withLock({ $0 }) {
            if let sample = try? await look(connection) { pulse.withLock { $0.add(sample) } }
            await ChaosCluster.rest(.milliseconds(100))
        }
        await connection.close()
    }
    private func look(_ connection: PostgresConnection) async throws -> ChaosPulse.Sample {
        let row = try await connection.query(
            """
            SELECT count(*) FILTER (WHERE queue_stage = 'closed') AS ended,
                min(id) FILTER (WHERE queue_stage <> 'closed') AS oldest
            FROM posts
            """)[0]
        let oldest = try row.optionalInt64("oldest").map { PostID($0) }
        let now = ContinuousClock.now
        return ChaosPulse.Sample(at: now, ended: try row.int("ended"), age: intake.age(oldest: oldest, at: now))
    }
}
