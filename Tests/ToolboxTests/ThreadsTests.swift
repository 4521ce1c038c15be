import Glibc
import TestSupport
import Testing
import Threads

/// What tasks and threads hand each other.
@Suite struct ThreadsTests {
    @Test func `the first answer wins, before or after the wait`() async throws {
        let early = Reply<Int>()
        early.resolve(.success(1))
        early.resolve(.success(2))
        #expect(try await early.value == 1)

        let late = Reply<Int>()
        async let value = late.value
        #expect(WorkerThread.start { late.resolve(.success(3)) })
        #expect(try await value == 3)
        late.resolve(.failure(CancellationError()))
        #expect(late.isResolved)
    }

    @Test func `a cancelled wait ends at once, and a later answer harms nothing`() async {
        let reply = Reply<Int>()
        let task = Task { try await reply.value }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        reply.resolve(.success(1))
    }

    @Test func `answers and cancellations from everywhere resume each waiter once`() async {
        for _ in 0..<200 {
            let reply = Reply<Int>()
            let task = Task { try? await reply.value }
            async let first: Void = reply.resolve(.success(1))
            async let second: Void = reply.resolve(.success(2))
            task.cancel()
            _ = await (first, second)
            #expect([nil, 1, 2].contains(await task.value))
        }
    }

    @Test func `a locked value is changed by one thread at a time`() async {
        let count = Counter()
        await withTaskGroup { group in
            for _ in 0..<8 { group.addTask { for _ in 0..<1000 { count.increment() } } }
        }
        #expect(count.value == 8000)
    }

    @Test func `a signal raised while nobody waits is kept once`() async {
        let signal = Signal()
        signal.raise()
        signal.raise()
        let began = ContinuousClock.now
        await signal.wait(atMost: .seconds(20))
        #expect(ContinuousClock.now - began < .seconds(10))
        await signal.wait(atMost: .milliseconds(20))
        #expect(ContinuousClock.now - began >= .milliseconds(20))
    }

    @Test func `a latch lets everyone go, also who comes later`() async throws {
        let latch = Latch()
        try await within(.seconds(20), "the latch") {
            await withTaskGroup { group in
                for _ in 0..<5 { group.addTask { await latch.wait() } }
                group.addTask { latch.happen() }
            }
            await latch.wait()
            latch.happen()
        }
    }

    @Test func `a cancelled wait for a latch ends`() async throws {
        let latch = Latch()
        let task = Task { await latch.wait() }
        task.cancel()
        try await within(.seconds(20), "the cancelled wait") { await task.value }
    }

    @Test func `a wake-up ends a poll and is taken away`() {
        let wake = WakePipe()
        var entry = pollfd(fd: wake.reader, events: Int16(POLLIN), revents: 0)
        #expect(poll(&entry, 1, 0) == 0)
        wake.wake()
        wake.wake()
        #expect(poll(&entry, 1, 20_000) == 1)
        wake.clear()
        #expect(poll(&entry, 1, 0) == 0)
    }

    @Test func `a worker thread takes no signals`() async throws {
        let mask = Reply<Bool>()
        let isStarted = WorkerThread.start {
            var current = sigset_t()
            pthread_sigmask(SIG_BLOCK, nil, &current)
            mask.resolve(.success(sigismember(&current, SIGTERM) == 1))
        }
        #expect(isStarted)
        #expect(try await mask.value)
    }
}

private final class Counter: Sendable {
    private let count = Locked(0)
    var value: Int { count.withLock { $0 } }
    func increment() { count.withLock { $0 += 1 } }
}
