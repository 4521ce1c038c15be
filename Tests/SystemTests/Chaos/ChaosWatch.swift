import Postgres
import Threads

/// Looks ten times a second, past all proxies, at how many posts have ended, and remembers it.
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
            let rows = try? await connection.query("SELECT count(*) AS ended FROM posts WHERE queue_stage = 'closed'")
            if let ended = try? rows?.first?.int("ended") {
                let offered = intake.offered
                pulse.withLock { $0.add(ChaosPulse.Sample(at: .now, ended: ended, open: offered - ended)) }
            }
            await ChaosCluster.rest(.milliseconds(100))
        }
        await connection.close()
    }
}
