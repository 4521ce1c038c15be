import Glibc
import Threads

/// The lines that a process has written so far; the reading is done by a thread until the end of the file.
package final class LineLog: Sendable {
    private struct State: Sendable {
        var lines: [String] = []
        var isOver = false
        var waiters: [Reply<Void>] = []
    }

    private let state = Locked(State())

    /// Takes over the descriptor.
    init(descriptor: Int32) {
        // The thread holds the log: what was written last is kept even when nobody waits for it.
        let isStarted = WorkerThread.start {
            self.readAll(descriptor)
            close(descriptor)
        }
        if !isStarted { state.withLock { $0.isOver = true } }
    }

    package var lines: [String] { state.withLock { $0.lines } }
    package var text: String { lines.joined(separator: "\n") }
    /// The process has closed this stream.
    package var isOver: Bool { state.withLock { $0.isOver } }

    /// The first line, at or after index `start`, that satisfies the condition; waits for it.
    @discardableResult package func line(
        from start: Int = 0, within limit: Duration = .seconds(30), where condition: (String) -> Bool
    ) async throws -> String {
        let deadline = ContinuousClock.now + limit
        var position = start
        while true {
            let change = Reply<Void>()
            let (fresh, isOver) = state.withLock { state -> (ArraySlice<String>, Bool) in
                state.waiters.append(change)
                return (state.lines[min(position, state.lines.count)...], state.isOver)
            }
            if let line = fresh.first(where: condition) { return line }
            position += fresh.count
            if isOver { throw TestFailure("the output ended without the line:\n\(text)") }
            guard ContinuousClock.now < deadline else { throw TestFailure("no such line within \(limit):\n\(text)") }
            let timer = Task {
                try await Task.sleep(until: deadline, clock: .continuous)
                change.resolve(.success(()))
            }
            defer { timer.cancel() }
            try await change.value
        }
    }

    /// The first line that contains the text; waits for it.
    @discardableResult package func line(
        containing text: String, from start: Int = 0, within limit: Duration = .seconds(30)
    ) async throws -> String {
        try await line(from: start, within: limit) { $0.contains(text) }
    }

    private func readAll(_ descriptor: Int32) {
        var unfinished: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            unfinished += buffer[..<count]
            var lines = unfinished.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            unfinished = lines.popLast().map { Array($0) } ?? []
            add(lines.map { String(decoding: $0, as: UTF8.self) }, isOver: false)
        }
        add(unfinished.isEmpty ? [] : [String(decoding: unfinished, as: UTF8.self)], isOver: true)
    }

    private func add(_ lines: [String], isOver: Bool) {
        let waiters = state.withLock { state in
            state.lines += lines
            state.isOver = state.isOver || isOver
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resolve(.success(())) }
    }
}
