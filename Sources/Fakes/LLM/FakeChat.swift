import JSONValue
import Threads

/// Serves a ``ChatDesk``: holds answers back for as long as the model would think.
final class FakeChat: Sendable {
    private let options: FakeLLMOptions
    private let desk: Locked<ChatDesk>

    init(_ options: FakeLLMOptions) {
        self.options = options
        desk = Locked(ChatDesk(options))
    }

    func answer(_ request: FakeRequest) async -> FakeAnswer {
        let now = options.clock.now()
        let (answer, isWork) = desk.withLock { $0.answer(request, now: now) }
        if answer.delay > .zero { try? await options.clock.sleep(answer.delay) }
        if isWork { desk.withLock { $0.ended() } }
        var late = answer
        late.delay = .zero
        return late
    }
}
