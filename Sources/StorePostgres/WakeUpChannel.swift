import Crypto
import Postgres
import Store
import Threads

/// The wake-ups of all nodes: ours reach our own streams at once, and other nodes by NOTIFY.
final class WakeUpChannel: Sendable {
    private static let name = "rejoinder"
    /// Hints not yet taken by a stream; more say nothing new.
    private static let waitingHints = 32
    /// At most one notification in this time: each costs a commit, and those between say nothing new.
    private static let pause = Duration.milliseconds(5)

    private struct State {
        var next = 0
        var isClosed = false
        var streams: [Int: AsyncStream<WakeUp>.Continuation] = [:]
        var listener: PostgresListener?
        var hasListened = false
        /// Topics that other nodes have not been told of yet.
        var unsent: Set<WakeUp> = []
        var isSending = false
    }

    private let url: String
    private let applicationName: String
    private let sender: PostgresPool
    /// Marks our own notifications, which our streams have had already.
    private let mark = Digest.hex(Digest.randomBytes(8))
    private let state = Locked(State())

    init(url: String, applicationName: String, sender: PostgresPool) {
        self.url = url
        self.applicationName = applicationName
        self.sender = sender
    }

    // MARK: - Sending

    func send(_ topics: Set<WakeUp>) {
        yield(topics)
        let begins = state.withLock { state -> Bool in
            guard !state.isClosed, !topics.isEmpty else { return false }
            state.unsent.formUnion(topics)
            defer { state.isSending = true }
            return !state.isSending
        }
        if begins { Task { await sendAll() } }
    }

    private func sendAll() async {
        while let topics = nextUnsent() {
            let payloads = topics.map { "\($0.rawValue) \(mark)" }
            // A hint: when it is lost, the others' polling finds the work.
            _ = try? await sender.query("SELECT pg_notify(\(Self.name), t) FROM unnest(\(payloads)::text[]) t")
            try? await Task.sleep(for: Self.pause)
        }
    }

    private func nextUnsent() -> Set<WakeUp>? {
        state.withLock { state in
            defer { state.unsent = [] }
            state.isSending = !state.unsent.isEmpty && !state.isClosed
            return state.isSending ? state.unsent : nil
        }
    }

    // MARK: - Hearing

    func stream() -> AsyncStream<WakeUp> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: WakeUp.self, bufferingPolicy: .bufferingNewest(Self.waitingHints))
        let number = state.withLock { state -> Int? in
            guard !state.isClosed else { return nil }
            state.next += 1
            state.streams[state.next] = continuation
            if state.listener == nil { state.listener = listen() }
            return state.next
        }
        guard let number else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { _ = $0.streams.removeValue(forKey: number) }
        }
        return stream
    }

    private func listen() -> PostgresListener {
        PostgresListener(url: url, applicationName: applicationName, channels: [Self.name]) { [weak self] event in
            self?.heard(event)
        }
    }

    /// Called on the listener's thread.
    private func heard(_ event: PostgresListener.Event) {
        switch event {
        case .lost: return
        case .listening:
            let isFirst = state.withLock { state in
                defer { state.hasListened = true }
                return !state.hasListened
            }
            // What was notified while nobody listened is lost: look everywhere.
            if !isFirst { yield(Set(WakeUp.allCases)) }
        case .notification(_, let payload):
            let words = payload.split(separator: " ")
            guard words.count == 2, words[1] != mark, let topic = WakeUp(rawValue: String(words[0])) else { return }
            yield([topic])
        }
    }

    private func yield(_ topics: Set<WakeUp>) {
        let streams = state.withLock { Array($0.streams.values) }
        for stream in streams {
            for topic in topics { stream.yield(topic) }
        }
    }

    func close() async {
        let (streams, listener) = state.withLock { state in
            defer {
                state.streams = [:]
                state.listener = nil
                state.isClosed = true
            }
            return (Array(state.streams.values), state.listener)
        }
        for stream in streams { stream.finish() }
        await listener?.close()
    }
}

extension PostgresStore {
    package func notify(_ topics: Set<WakeUp>) async { channel.send(topics) }

    package func wakeUps() -> AsyncStream<WakeUp> { channel.stream() }
}
