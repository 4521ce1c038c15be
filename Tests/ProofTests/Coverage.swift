/// How often the oracle did what: a comparison that never comes to a feature proves nothing about it.
struct Coverage {
    enum Feature: String, CaseIterable, Hashable {
        case targetless, internalTransition, externalTransition, rootLeft, multipleTargets, parallelSource
        case eventless, internalEvent, conflict, microstepLimit, ended, contextProblem
        case guardTrue, guardFalse, guardError, guardSharedByRegions, contentError, communicationError, errorEvent
        case shallowHistoryRecorded, deepHistoryRecorded, historyRemembered, historyByDefault
        case initialContent, defaultHistoryContent, doneEvent, doneEventWithData, doneContent, parallelDone
        case assign, raise, cancelTimer, log, namedAction, block, set, branch, loop, lateData
        case timerSet, timerCleared, timerTakenBack, timerFired, staleTimer
        case jobStarted, jobStartedAgain, jobCancelled, jobEnded, jobReported, jobOfChild, staleJob
        case send, sendInternal, delayedSend, delayedSendFired, sendCancelled
        case childStarted, childDone, childCancelled, unknownChild, finalize, autoforward, eventAfterInvoke
        case messageDelivered, messageToSession, unreachableSession, messageOfCancelledChild
    }

    private(set) var counts: [Feature: Int] = [:]

    mutating func note(_ feature: Feature) { counts[feature, default: 0] += 1 }

    mutating func add(_ other: Coverage) { counts.merge(other.counts, uniquingKeysWith: +) }

    subscript(feature: Feature) -> Int { counts[feature] ?? 0 }

    var description: String {
        Feature.allCases.map { "\($0.rawValue) \(self[$0])" }.joined(separator: ", ")
    }
}
