import Crypto

/// How a fake endpoint is set up.
package struct FakeLLMOptions: Sendable {
    package enum Role: String, Sendable, CaseIterable {
        /// OpenAI-style chat completions, answered on the connection.
        case chat
        /// An agent that takes a job, works a while and calls back.
        case research
    }

    package var role = Role.chat
    package var address = "127.0.0.1"
    /// 0: any free port.
    package var port: UInt16 = 0

    /// Chat: the bearer key that requests must carry; nil asks for none.
    package var key: String?
    package var model = "fake-model"
    /// Research: the secret that starts are signed with; nil believes every start.
    package var secret: WebhookSecret?

    /// How long an answer (chat) or a job (research) takes, give or take a quarter; the same for the same request.
    package var duration = Duration.milliseconds(50)
    /// Requests (chat) or jobs (research) at a time; more get 429.
    package var maximumConcurrent = 1000
    /// Research: how long a callback is tried again.
    package var retryFor = Duration.seconds(24 * 3600)
    /// Research: the wait before the first repetition; it doubles up to 30 seconds.
    package var retryBase = Duration.milliseconds(500)
    /// Research: a file that keeps jobs over a restart.
    package var state: String?

    package var faults: [FaultRule<LLMFault>] = []
    package var clock = FakeClock.system

    package init(role: Role = .chat) { self.role = role }
}
