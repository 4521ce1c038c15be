import HTTPServer
import JSONValue
import Logging
import Threads

/// The fake Reddit: a server of its own that speaks the forms of the real API.
///
/// What it knows and answers is ``RedditWorld``; this type owns the socket, the state file and the clock.
package final class FakeReddit: Sendable {
    private struct State {
        var world: RedditWorld
        var journal: Journal?
    }

    private let options: FakeRedditOptions
    private let logger: Logger
    private let state: Locked<State>
    private let shell: FakeShell

    /// Reads the recordings and the state file; nothing listens yet.
    package init(options: FakeRedditOptions, logger: Logger = Logger(label: "fake.reddit")) throws {
        self.options = options
        self.logger = logger
        var past: [JSON] = []
        let journal = try options.state.map { try Journal(path: $0) { past.append($0) } }
        let recorded = try options.recordings.map { try RecordedPosts.load(folder: $0) } ?? []
        let world = RedditWorld(options, recorded: recorded, past: past, now: options.clock.now().seconds)
        shell = FakeShell(address: options.address, port: options.port, clock: options.clock)
        state = Locked(State(world: world, journal: journal))
    }

    /// Where it listens, once started.
    package var port: UInt16 { shell.port }

    package func start() throws {
        try shell.start { [self] request in answer(request) }
        let posts = state.withLock { $0.world.shelf.posts.count }
        logger.info("the fake Reddit listens", metadata: ["port": "\(port)", "posts": "\(posts)"])
    }

    /// Starts, and serves until the task is cancelled.
    package func run() async throws {
        try start()
        await FakeShell.waitForCancellation()
        await close()
    }

    package func close() async {
        await shell.close()
        state.withLock { $0.journal?.close() }
    }

    private func answer(_ request: FakeRequest) -> FakeAnswer {
        let now = options.clock.now().seconds
        let answer = state.withLock { state in Self.answer(request, &state, now: now) }
        logger.debug(
            "answered",
            metadata: ["method": "\(request.method)", "path": "\(request.path)", "status": "\(answer.status)"])
        return answer
    }

    /// What was done is in the file before anybody can see it. When the file cannot be written, the outcome is as
    /// uncertain as it looks: the comment is there until this process ends.
    private static func answer(_ request: FakeRequest, _ state: inout State, now: Double) -> FakeAnswer {
        let answer = state.world.answer(request, now: now)
        let lines = state.world.journal
        state.world.journal = []
        do {
            for line in lines { try state.journal?.append(line) }
            return answer
        } catch {
            return FakeAnswer(status: 503)
        }
    }
}
