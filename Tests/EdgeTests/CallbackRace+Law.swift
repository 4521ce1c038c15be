extension CallbackRace {
    /// Whether the race may end like this: exactly what is answered, and what of it counts.
    func allows(_ ending: CallbackRaceRun.Ending) -> Bool {
        typealias Ending = CallbackRaceRun.Ending
        let counted = Ending(statuses: [202], completions: 1)
        let never = Ending(statuses: [200])
        switch self {
        case .early, .away: return ending == counted
        case .deadline: return ending == counted || ending == Ending(statuses: [200], failures: 1)
        case .hundredfold:
            return ending == Ending(statuses: [Int](repeating: 200, count: 99) + [202], completions: 1)
        case .besideCancel: return ending == counted || ending == never
        case .afterCancel: return ending == never
        case .oldAttempt: return ending == Ending(statuses: [202, 200, 202], completions: 1, failures: 1)
        case .changedBody: return ending == Ending(statuses: [202, 409], completions: 1)
        case .replayed: return ending == Ending(statuses: [202, 200, 200], completions: 1)
        // Taken, or taken before and its answer lost.
        case .cutOff: return ending == counted || ending == Ending(statuses: [200], completions: 1)
        }
    }
}
