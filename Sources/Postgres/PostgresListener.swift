import Threads

/// Listens to channels on a connection and a thread of its own until it is closed, whatever happens to the server.
package final class PostgresListener: Sendable {
    package enum Event: Sendable, Equatable {
        /// The channels are listened to, for the first time or again. What was notified before is lost: look at the
        /// tables.
        case listening
        case notification(channel: String, payload: String)
        /// The connection was lost or refused; another attempt follows.
        case lost(PostgresError)
    }

    private let wake = WakePipe()
    private let isStopping = Locked(false)
    private let threadEnd = Latch()

    /// Begins to listen. `onEvent` is called on the listener's thread, one event after the other; it must not block.
    package init(
        url: String, applicationName: String, channels: [String], onEvent: @escaping @Sendable (Event) -> Void
    ) {
        let target = Result { () throws(PostgresError) in
            try ConnectionTarget(url: url, applicationName: applicationName, sessionSettings: [])
        }
        let isStarted = WorkerThread.start { [weak self, wake, threadEnd] in
            ListenLoop(
                target: target, channels: channels, wake: wake, onEvent: onEvent,
                isStopping: { self?.isStopping.withLock { $0 } ?? true }
            ).run()
            threadEnd.happen()
        }
        if !isStarted { threadEnd.happen() }
    }

    deinit { wake.wake() }

    /// Ends the session. Returns when the thread is gone and no event can follow.
    package func close() async {
        isStopping.withLock { $0 = true }
        wake.wake()
        await threadEnd.wait()
    }
}
