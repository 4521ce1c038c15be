import JSONValue
import Logging

/// A fake endpoint in one of its two roles, a server of its own.
package final class FakeLLM: Sendable {
    private enum Part: Sendable {
        case chat(FakeChat)
        case research(FakeAgent)
    }

    private let part: Part
    private let shell: FakeShell
    private let logger: Logger

    package init(options: FakeLLMOptions, logger: Logger = Logger(label: "fake.llm")) throws {
        if let foreign = options.faults.first(where: { !$0.kind.isFor(options.role) }) {
            throw ControlError("\(foreign.kind.rawValue) is no fault of the role \(options.role.rawValue)")
        }
        shell = FakeShell(address: options.address, port: options.port, clock: options.clock)
        part =
            switch options.role {
            case .chat: .chat(FakeChat(options))
            case .research: .research(try FakeAgent(options, logger: logger))
            }
        self.logger = logger
    }

    /// Where it listens, once started.
    package var port: UInt16 { shell.port }

    package func start() throws {
        switch part {
        case .chat(let chat): try shell.start { await chat.answer($0) }
        case .research(let agent):
            try shell.start { await agent.answer($0) }
            agent.resume()
        }
        logger.info("the fake endpoint listens", metadata: ["port": "\(port)"])
    }

    /// Starts, and serves until the task is cancelled.
    package func run() async throws {
        try start()
        await FakeShell.waitForCancellation()
        await close()
    }

    package func close() async {
        if case .research(let agent) = part { await agent.stop() }
        await shell.close()
        if case .research(let agent) = part { agent.close() }
    }
}
