/// What the linter looks for. The codes are stable: files name them where they accept a finding.
package enum LintCode: String, Sendable, Hashable, CaseIterable {
    case unreachableState = "unreachable-state"
    case trapState = "trap-state"
    case noFinal = "no-final"
    case noPathToFinal = "no-path-to-final"
    case neverDone = "never-done"
    case finalWithoutOutput = "final-without-output"
    case historyWithoutDefault = "history-without-default"
    case eventlessLoop = "eventless-loop"
    case deadCandidate = "dead-candidate"
    case constantGuard = "constant-guard"
    case identicalGuards = "identical-guards"
    case nondeterministicGuards = "nondeterministic-guards"
    case noFallback = "no-fallback"
    case undeclaredEvent = "undeclared-event"
    case unusedEvent = "unused-event"
    case unhandledRaise = "unhandled-raise"
    case unhandledSend = "unhandled-send"
    case waitingForNobody = "waiting-for-nobody"
    case waitsUnmarked = "waits-unmarked"
    case crossRegionTransition = "cross-region-transition"
    case wildcardSwallowsErrors = "wildcard-swallows-errors"
    case unreadContext = "unread-context"
    case readBeforeWrite = "read-before-write"
    case parallelWrite = "parallel-write"
    case timerZero = "timer-zero"
    case timerBeforeTimeout = "timer-before-timeout"
    case timerOnlyExit = "timer-only-exit"
    case unusedChart = "unused-chart"
    case unusedGuard = "unused-guard"
    case unknownAcceptance = "unknown-acceptance"
    case staleAcceptance = "stale-acceptance"

    package enum Severity: String, Sendable, Hashable { case error, warning }

    package var severity: Severity {
        switch self {
        case .eventlessLoop, .deadCandidate, .identicalGuards, .waitingForNobody, .neverDone: .error
        default: .warning
        }
    }

    /// One line about the rule, for lists of rules.
    package var title: String {
        switch self {
        case .unreachableState: "No path of transitions leads to the state."
        case .trapState: "Nothing leads out of the state."
        case .noFinal: "The chart has no final state below its root."
        case .noPathToFinal: "No final state below the root can be reached from the state."
        case .neverDone: "The state has 'onDone' but nothing within it can end."
        case .finalWithoutOutput: "Some final states of a child chart say something, others do not."
        case .historyWithoutDefault: "A history does not say where it goes without a memory."
        case .eventlessLoop: "Eventless transitions form a loop."
        case .deadCandidate: "A transition can never be taken, because of those before it."
        case .constantGuard: "A guard always holds, or never does."
        case .identicalGuards: "Two candidates of one event have the same guard."
        case .nondeterministicGuards: "Several guards of one event can hold at once, and only their order decides."
        case .noFallback: "An event that comes once may find no guard that holds."
        case .undeclaredEvent: "A transition waits for an event that nothing sends."
        case .unusedEvent: "A declared event is taken nowhere."
        case .unhandledRaise: "An event that the chart raises is taken nowhere."
        case .unhandledSend: "An event that is sent to another chart is taken nowhere there."
        case .waitingForNobody: "A state waits for events, and nobody can send any of them."
        case .waitsUnmarked: "A state waits for events from outside without saying that it waits for a person."
        case .crossRegionTransition: "A transition goes from one region into another and restarts them all."
        case .wildcardSwallowsErrors: "A wildcard takes events that a state around it waits for."
        case .unreadContext: "A member of the context is written and never read."
        case .readBeforeWrite: "A member of the context may be read before anything wrote it."
        case .parallelWrite: "Parallel regions write the same member of the context."
        case .timerZero: "A timer of no length."
        case .timerBeforeTimeout: "A timer ends an invocation before its timeout can."
        case .timerOnlyExit: "A state invokes work, and only a timer leads out of it."
        case .unusedChart: "A chart within the file is never invoked."
        case .unusedGuard: "A guard is defined and never used."
        case .unknownAcceptance: "The file accepts a finding of a code that does not exist."
        case .staleAcceptance: "The file accepts a finding that is not there."
        }
    }
}
