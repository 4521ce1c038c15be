import ChartFormat
import JSONValue
import Statechart

/// One chart under the linter's eyes, with what several checks ask about it.
struct LintSubject {
    let chart: Chart
    let places: ChartPlaces
    let file: String
    let vocabulary: ChartVocabulary
    /// The chart that invokes this one.
    let parent: Chart?
    let graph: StateGraph
    let uses: [ExpressionUse]
    let sent: SentEvents
    let taken: TakenEvents

    init(_ read: ReadChart, file: String, vocabulary: ChartVocabulary, parent: Chart?) {
        chart = read.chart
        places = read.places
        self.file = file
        self.vocabulary = vocabulary
        self.parent = parent
        graph = StateGraph(read.chart)
        uses = ExpressionUse.all(in: read.chart, places: read.places)
        sent = SentEvents(read.chart, vocabulary: vocabulary)
        taken = TakenEvents(read.chart)
    }

    var isChild: Bool { places.isChild }

    func finding(
        _ code: LintCode, state: Int, at position: SourcePosition? = nil, subject: String? = nil,
        severity: LintCode.Severity? = nil, _ message: String
    ) -> LintFinding {
        LintFinding(
            code: code, severity: severity ?? code.severity, file: file,
            position: position ?? places.states[state].state, message: message,
            subject: subject ?? chart.states[state].path, state: state)
    }

    func position(of transition: Int, in state: Int) -> SourcePosition {
        let places = places.states[state]
        return places.transitions.indices.contains(transition)
            ? places.transitions[transition].transition : places.state
    }

    /// How messages call a state.
    func name(_ id: Int) -> String { id == 0 ? "the chart" : "'\(chart.states[id].path)'" }

    /// Each transition with its state and index.
    var transitions: [(state: Int, index: Int, transition: Transition)] {
        chart.states.flatMap { state in
            state.transitions.enumerated().map { (state.id, $0.offset, $0.element) }
        }
    }
}

extension Transition {
    /// The one descriptor of a transition of our own format; nil for an eventless one.
    var event: EventDescriptor? { events.first }
}

extension Action {
    /// The action with those within it.
    var flattened: [Action] {
        switch self {
        case .block(let actions): [self] + actions.flatMap(\.flattened)
        case .choose(let branches): [self] + branches.flatMap { $0.actions.flatMap(\.flattened) }
        case .forEach(let loop): [self] + loop.actions.flatMap(\.flattened)
        default: [self]
        }
    }

    /// Members of the context that it writes.
    var writes: Set<String> {
        var found = Set<String>()
        for action in flattened {
            if case .assign(let patch) = action { found.formUnion(patch.map(\.name)) }
            if case .set(let location, _) = action, let name = location.path?.first { found.insert(name) }
        }
        return found
    }

    var expressions: [Expression] {
        flattened.flatMap { action -> [Expression] in
            switch action {
            case .assign(let patch): patch.map(\.value)
            case .raise(_, let data): data.map(\.value)
            case .named(_, let parameters): parameters.map(\.value)
            case .log(let message, _): [message]
            case .set(_, let value): [value]
            case .cancelSend(let id): [id]
            case .send(let send): send.expressions
            case .choose(let branches): branches.compactMap(\.condition)
            case .forEach(let loop): [loop.array]
            case .cancel, .block, .fail: []
            }
        }
    }
}

extension Send {
    fileprivate var expressions: [Expression] {
        var found = [event, target, type, id, content].compactMap(\.self) + parameters.map(\.value)
        if case .computed(let expression) = delay { found.append(expression) }
        return found
    }
}
