import TestSupport

/// What is done to a running service.
enum ChaosFault: String, CaseIterable, Sendable {
    case kill = "node killed"
    case freeze = "node frozen past its lease"
    case databaseStop = "Postgres stopped at once"
    case backends = "backends terminated"
    case databaseCut = "connections to Postgres cut"
    case databaseHold = "connections to Postgres held"
    case databaseReplies = "replies of Postgres dropped"
    case redditReplies = "replies of Reddit dropped"
    case endpointReplies = "replies of endpoints dropped"
    case endpointCut = "connections to endpoints cut"
}

/// One fault of a schedule: the same for the same seed.
struct ChaosStrike: Sendable {
    /// Whom it hits, where it does not hit everybody anyway.
    enum Victim: String, Sendable, CaseIterable {
        /// The node that owns the Reddit account when the fault begins.
        case owner
        case anyone
        case everybody
    }

    let fault: ChaosFault
    let victim: Victim
    /// Picks the node for ``Victim/anyone``.
    let number: Int
    /// How long the fault lasts.
    let length: Duration

    /// Every kind of fault once, in random order.
    static func round(_ random: inout Seeded, lease: Duration) -> [ChaosStrike] {
        ChaosFault.allCases.shuffled(using: &random).map { fault in
            let milliseconds: ClosedRange<Int64> =
                switch fault {
                // The node is started again after it.
                case .kill: 200...2000
                case .freeze: 1300...2000
                case .databaseHold: 1000...4000
                case .databaseStop, .databaseCut, .databaseReplies: 300...2000
                case .endpointReplies, .endpointCut: 300...1500
                // Long enough to hit a comment.
                case .redditReplies: 1000...2000
                case .backends: 0...0
                }
            let share = Duration.milliseconds(Int64.random(in: milliseconds, using: &random))
            return ChaosStrike(
                fault: fault, victim: .allCases.randomElement(using: &random) ?? .anyone,
                number: Int.random(in: 0..<1000, using: &random),
                length: fault == .freeze ? lease * (share / .seconds(1)) : share)
        }
    }
}
