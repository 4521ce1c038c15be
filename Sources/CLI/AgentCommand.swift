import ArgumentParser
import Foundation
import HTTPServer
import Logging
import ResearchAgent
import Service

/// Agents of our own. Each is a process of its own that speaks the callback contract as any other agent does.
struct AgentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agent", abstract: "Runs agents that the service calls.", subcommands: [AgentResearchCommand.self])
}

/// Runs the research agent until SIGTERM or SIGINT.
struct AgentResearchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "research", abstract: "Runs the research agent: searches, reads pages, quotes what they say.",
        discussion: """
            Each option is also read from the environment: --model-url from REJOINDER_AGENT_MODEL_URL, and so on; \
            options win. Secrets come from files or from REJOINDER_AGENT_SECRET, REJOINDER_AGENT_MODEL_KEY and \
            REJOINDER_AGENT_SEARCH_KEY. Spans of time are written as 90s, 15m or 2h.

            A job that a stop interrupts is reported as failed, to be tried again; what a kill interrupts begins anew \
            with the next start. See docs/agents.md.
            """)

    @OptionGroup var options: AgentResearchOptions

    func run() async throws {
        let settings: AgentResearchSettings
        let agent: ResearchAgent
        let logger = Logger(label: "rejoinder.agent.research")
        do {
            settings = try AgentResearchSettings(options.given, environment: ProcessInfo.processInfo.environment)
            LogSetup.start(level: settings.logLevel, format: settings.logFormat)
            agent = try ResearchAgent(options: settings.agent, logger: logger)
        } catch {
            Terminal.complain("agent research: \(error)")
            throw Exit.settings
        }
        let signals = StopSignals.stream()
        do { try agent.start() } catch {
            let hint = error.code == .portTaken ? "; choose another port with --port, or 0 for any free one" : ""
            Terminal.complain("cannot listen on \(settings.agent.address):\(settings.agent.port): \(error)\(hint)")
            throw Exit.settings
        }
        let host = settings.agent.address.contains(":") ? "[\(settings.agent.address)]" : settings.agent.address
        Terminal.say("The research agent listens on http://\(host):\(agent.port)/research")
        Terminal.say("model \(settings.agent.model), search \(settings.agent.search)")
        for await _ in signals { break }
        await agent.close()
    }
}
