import JSONValue

/// One state of a chart. Ids are positions in document order, so the descendants of a state are `id + 1 ..< end`.
package struct State: Sendable {
    package enum Kind: Sendable, Hashable {
        case atomic, compound, parallel, final
        /// Stands for the states below its parent that were active when the parent was left; never active itself.
        case history(isDeep: Bool)
    }

    package var id: Int
    package var key: String
    /// Keys from below the root, joined by dots; empty for the root.
    package var path: String
    package var parent: Int?
    package var kind: Kind
    /// Ids of the direct children in document order, histories included.
    package var children: [Int] = []
    /// One past the last descendant's id.
    package var end: Int
    /// Where a compound state goes when it is entered by itself; where a history goes that has no memory yet.
    package var initial: [Int] = []
    /// Actions of the initial transition.
    package var initialActions: [Action] = []
    package var transitions: [Transition] = []
    package var entry: [Action] = []
    package var exit: [Action] = []
    package var invocations: [Invocation] = []
    package var timers: [After] = []
    package var meta: JSONObject = [:]
    package var tags: [String] = []
    package var note: String?
    /// What a final state says with its parent's done event.
    package var output: [Assignment] = []
    /// The whole payload of the done event, in place of ``output`` (W3C SCXML's `<content>` in `<donedata>`).
    package var outputContent: Expression?
    /// Variables that get their values when the state is entered for the first time: late binding.
    package var lateData: [Assignment] = []

    package init(id: Int, key: String, path: String, parent: Int?, kind: Kind) {
        self.id = id
        self.key = key
        self.path = path
        self.parent = parent
        self.kind = kind
        end = id + 1
    }

    package var isAtomic: Bool { kind == .atomic || kind == .final }
    package var isHistory: Bool { if case .history = kind { true } else { false } }

    /// The event that says that the state's work is done.
    package var doneEvent: String { "done.state.\(path)" }
}

/// A timer that runs while its state is active.
package struct After: Sendable {
    /// `<path of the state>/<key of the delay>`: unique in the chart.
    package var name: String
    package var delay: Delay

    package init(name: String, delay: Delay) {
        self.name = name
        self.delay = delay
    }
}
