/// How often something happened in a run, by what it was. Every one of these must happen in a large run.
package struct Tally: Sendable {
    package enum Item: String, Sendable, CaseIterable {
        // What was done to the engine.
        case transitions, commits, storeCalls = "store calls", failedCalls = "calls that failed"
        case slowCalls = "slow calls", lostReplies = "replies lost after the commit"
        case lostRequests = "commits in doubt that came late or never", contention = "lock timeouts"
        case crashes, crashesInCalls = "crashes within a call", freezes, drains, clockJumps = "jumps of the clock"
        case outages, lostNotifications = "lost notifications", notifications
        case callbacks, duplicates = "duplicate callbacks", conflicts = "same delivery with another body"
        case lateCallbacks = "late callbacks", lostCallbacks = "lost callbacks"
        case earlyCallbacks = "callbacks before the start's answer", progress, endpointFaults = "endpoint faults"
        case silentAttempts = "attempts that are never answered", doubledCreations = "doubled creations"
        case badInputs = "inputs that the store refuses", brokenInputs = "inputs that the chart cannot take"
        case emitted = "events through the inbox", bursts, resends = "attempts sent again by a new owner"
        case comments, persons = "events of persons", operated = "holds and releases of operators"
        // What was judged.
        case law1 = "law 1: writes compared with their snapshots", law2 = "law 2: receipts looked up"
        case law3 = "law 3: starts seen after their commit", law4 = "law 4: ends of attempts counted"
        case law4Stale = "law 4: deliveries that changed nothing", law5 = "law 5: posts asked what wakes them"
        case law6 = "law 6: clocks that ended a wait", law7 = "law 7: runs without any notification"
        case law8 = "law 8: writes under a lease", law8Fenced = "law 8: writes of former owners refused"
        case law9 = "law 9: starts that could be doubled", law9Comments = "law 9: comments looked for before sending"
        case law12 = "law 12: batches and queues measured", law12Refused = "law 12: inputs refused at a limit"
        case law13 = "law 13: writes asked for their chart", law13Left =
            "law 13: posts left to a node that has the chart"
        case law14 = "law 14: refused inputs beside good ones", timers = "timers judged against the clock"
        case rates = "rates: starts judged", ratesFull = "rates: starts as soon as the rate allowed"
        case budgets = "budgets: commits judged", budgetsSpent = "budgets: commits that left no room"
        case budgetDays = "budgets: commits after the day's end"
        case held = "holds: assignments of jobs asked for one"
        case replays = "histories replayed", bookkeeping = "rows compared with the history's effects"
    }

    private var counts: [Int]

    package init() { counts = Array(repeating: 0, count: Item.allCases.count) }

    package subscript(item: Item) -> Int {
        get { counts[Self.places[item] ?? 0] }
        set { counts[Self.places[item] ?? 0] = newValue }
    }

    package mutating func add(_ other: Tally) { for index in counts.indices { counts[index] += other.counts[index] } }

    private static let places = Dictionary(uniqueKeysWithValues: Item.allCases.enumerated().map { ($1, $0) })
}
