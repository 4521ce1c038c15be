import JSONValue
import Logging
import Store
import Threads

/// Keeps the database within its limits, on one node at a time.
package final class UpkeepLoop: Sendable {
    private let store: any Store
    package let limits: UpkeepLimits
    private let node: String
    private let logger: Logger
    private let sleep: @Sendable (Duration) async throws -> Void
    private let isRunning = Locked(false)
    private let last = Locked<(report: UpkeepReport, at: Timestamp)?>(nil)

    package init(
        store: any Store, limits: UpkeepLimits, node: String, logger: Logger,
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.store = store
        self.limits = limits
        self.node = node
        self.logger = logger
        self.sleep = sleep
    }

    /// The last round of this node that came to its end.
    package var lastRound: (report: UpkeepReport, at: Timestamp)? { last.withLock { $0 } }

    /// A round every `interval` until cancelled; a round that failed is tried again after a minute.
    package func run(interval: Duration = .seconds(3600)) async {
        while !Task.isCancelled {
            var rest = interval
            do {
                if let report = try await round(), !report.isIdle {
                    logger.info("upkeep", metadata: ["did": "\(report)"])
                }
            } catch is CancellationError {
                return
            } catch {
                rest = min(interval, .seconds(60))
                logger.warning("upkeep has to wait", metadata: ["error": "\(error)"])
            }
            do { try await sleep(rest) } catch { return }
        }
    }

    /// One round; nil when another node, or another task of this one, has the upkeep.
    package func round() async throws -> UpkeepReport? {
        let isFree = isRunning.withLock { isRunning in
            defer { isRunning = true }
            return !isRunning
        }
        guard isFree else { return nil }
        defer { isRunning.withLock { $0 = false } }
        guard try await store.beginUpkeep() else { return nil }
        do {
            let report = try await UpkeepRound(store: store, limits: limits, node: node, pause: sleep).run()
            let now = try await store.now()
            last.withLock { $0 = (report, now) }
            await store.endUpkeep()
            return report
        } catch {
            await store.endUpkeep()
            throw error
        }
    }
}
