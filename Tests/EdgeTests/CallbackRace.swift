import Testing

/// What a callback races with. Each is played many times, by other posts of one service.
enum CallbackRace: String, CaseIterable, CustomTestStringConvertible, Sendable {
    case early = "before its start is answered"
    case deadline = "at its deadline"
    case hundredfold = "a hundred times at once"
    case besideCancel = "beside a cancel"
    case afterCancel = "after a cancel"
    case oldAttempt = "of an old attempt"
    case changedBody = "beside another body under its id"
    case replayed = "again after its post has ended"
    case cutOff = "while the database's connections are cut"
    case away = "while the database is away"

    var testDescription: String { rawValue }

    /// Posts that race at the same time.
    var width: Int { self == .hundredfold ? 2 : 10 }

    /// Where the race needs a server's clock that is moved, or a wire to cut, there is nothing to race with on SQLite.
    func isPlayed(on backend: Backend) -> Bool {
        backend == .postgres || ![.deadline, .cutOff, .away].contains(self)
    }

    var isBehindProxy: Bool { self == .cutOff || self == .away }

    var settings: [String] {
        ["triage.timeout=1h", "triage.silence=1h"] + (self == .deadline ? ["triage.max_retries=0"] : [])
    }

    static var all: [(CallbackRace, Backend)] {
        allCases.flatMap { race in Backend.allCases.filter { race.isPlayed(on: $0) }.map { (race, $0) } }
    }
}
