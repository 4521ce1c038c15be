/// The keys that a mapping of the format may have, and what to say about those that other formats have there.
///
/// The reader, the JSON Schema for editors and the test that holds `docs/charts.md` complete all go by these tables.
struct ChartKeys: Sendable {
    /// The mappings of the format.
    enum Name: String, Sendable, CaseIterable {
        case chart, child, state, transition, branch, invocation, schemas, initial, expression, namedGuard, definition
        case lint, assign, raise, send, cancel, log, effect
    }

    /// How messages call the mapping.
    let what: String
    let keys: [ChartKey]
    /// Keys without which the mapping means nothing.
    let required: [String]
    let hints: [String: String]
    let known: [String]
    private let set: Set<String>

    init(what: String, keys: [ChartKey], required: [String] = [], hints: [String: String] = [:]) {
        self.what = what
        self.keys = keys
        self.required = required
        self.hints = hints
        known = keys.map(\.name)
        set = Set(known)
    }

    func contains(_ key: String) -> Bool { set.contains(key) }

    static let chart = ChartKeys(
        what: "a chart",
        keys: [
            ChartKey("chart", .constant(1), "The version of the format."),
            ChartKey("$schema", .text, "Where editors find the schema of the format."),
        ] + machine,
        required: ["chart", "id"], hints: rootHints)

    static let child = ChartKeys(
        what: "a child chart", keys: machine,
        hints: rootHints.merging(["chart": "the version stands at the root of the file"]) { $1 })

    static let state = ChartKeys(
        what: "a state",
        keys: [
            ChartKey("id", .text, "A name for targets, '#id'; unique in the chart."),
            ChartKey("onDone", .shared(.transitions), "Taken when a final state within this one was entered."),
            ChartKey("choice", .shared(.branches), "With 'type: choice': where to go on, the first that fits."),
            ChartKey("history", .choice(["shallow", "deep", true]), "What a history state remembers."),
            ChartKey("target", .shared(.target), "Where a history state goes that has no memory yet."),
            ChartKey("output", .any, "What a final state says with its parent's 'onDone'."),
        ] + node, hints: stateHints)

    static subscript(name: Name) -> ChartKeys {
        switch name {
        case .chart: chart
        case .child: child
        case .state: state
        case .transition: transition
        case .branch: branch
        case .invocation: invocation
        case .schemas: schemas
        case .initial: initial
        case .expression: expression
        case .namedGuard: namedGuard
        case .definition: definition
        case .lint: lint
        case .assign: assign
        case .raise: raise
        case .send: send
        case .cancel: cancel
        case .log: log
        case .effect: effect
        }
    }
}

extension ChartKeys {
    /// What a chart has, at the root of a file or as a child.
    private static let machine: [ChartKey] =
        [
            ChartKey("id", .text, "The chart's name."),
            ChartKey("version", .any, "A version for people; part of the digest."),
            ChartKey("@exprLang", .constant("cel"), "The language of expressions."),
            ChartKey("schemas", .place(.schemas), "Declared types of the context and of events."),
            ChartKey("context", .object, "The initial context."),
            ChartKey(
                "guards", .map(.either([.text, .place(.expression), .place(.definition)])),
                "Expressions that guards name."),
            ChartKey("charts", .map(.place(.child)), "Charts that this one invokes, by name."),
        ] + node

    /// What every state has, the root too.
    private static let node: [ChartKey] = [
        ChartKey(
            "type", .choice(["atomic", "compound", "parallel", "final", "history", "choice"]),
            "The kind; follows from 'states' when it is left out."),
        ChartKey(
            "initial", .either([.shared(.target), .place(.initial)]), "The state within that is entered by default."),
        ChartKey("states", .map(.either([.constant(.null), .place(.state)])), "The states within, by key."),
        ChartKey("on", .map(.shared(.transitions)), "Transitions by event: a name, 'prefix.*' or '*'."),
        ChartKey("always", .shared(.transitions), "Transitions taken as soon as their guards hold."),
        ChartKey("after", .map(.shared(.transitions)), "Transitions by delay, from entering the state."),
        ChartKey("timeout", .delay, "How long the state may last; 'onTimeout' follows."),
        ChartKey("onTimeout", .shared(.transitions), "Taken when 'timeout' has passed."),
        ChartKey("invoke", .shared(.invocations), "Work that the state waits for."),
        ChartKey("entry", .shared(.actions), "Actions when the state is entered."),
        ChartKey("exit", .shared(.actions), "Actions when the state is left."),
        ChartKey("meta", .object, "What the service shows: 'stage', 'status', 'waiting: person'."),
        ChartKey("tags", .either([.text, .list(.text)]), "Words about the state."),
        ChartKey("description", .text, "A note for readers; no part of the digest."),
        ChartKey("lint", .place(.lint), "Findings of the linter that are accepted, with reasons."),
    ]

    static let transition = ChartKeys(
        what: "a transition",
        keys: [
            ChartKey("target", .either([.constant(.null), .shared(.target)]), "Where it goes; left out, it stays."),
            ChartKey("guard", .shared(.guard), "Taken only when this holds."),
            ChartKey("context", .object, "New values for members of the context, as expressions."),
            ChartKey("actions", .shared(.actions), "What it does, after 'context'."),
            ChartKey("reenter", .boolean, "Leaves and enters the source again."),
            ChartKey("description", .text, "A note for readers."),
            ChartKey("meta", .object, "For tools; the service reads none of it."),
        ], hints: transitionHints)

    static let branch = ChartKeys(
        what: "a branch of 'choice'",
        keys: [
            ChartKey("when", .shared(.guard), "Taken only when this holds; the last branch has none."),
            ChartKey("target", .shared(.target), "Where it goes."),
            ChartKey("context", .object, "New values for members of the context, as expressions."),
            ChartKey("actions", .shared(.actions), "What it does, after 'context'."),
            ChartKey("description", .text, "A note for readers."),
        ], required: ["target"], hints: ["guard": "write 'when'", "input": "states have no input"])

    static let invocation = ChartKeys(
        what: "an invocation",
        keys: [
            ChartKey("id", .text, "Its name; 'src' when it is left out."),
            ChartKey("src", .text, "The job that it starts, or a chart of 'charts'."),
            ChartKey("input", .object, "What it is given, as expressions."),
            ChartKey("timeout", .delay, "Total time from assignment."),
            ChartKey("onDone", .shared(.transitions), "Taken when it has ended well."),
            ChartKey("onError", .shared(.transitions), "Taken when it has failed."),
            ChartKey("onTimeout", .shared(.transitions), "Asked before 'onError' when 'timeout' has passed."),
            ChartKey("description", .text, "A note for readers."),
            ChartKey("meta", .object, "For tools; the service reads none of it."),
        ], required: ["src"], hints: invocationHints)

    static let schemas = ChartKeys(
        what: "'schemas'",
        keys: [
            ChartKey("context", .object, "JSON Schema of the context."),
            ChartKey("events", .map(.any), "Events from outside, each with the schema of its payload."),
            ChartKey("emitted", .map(.any), "Events that a child chart sends to its parent, each with its schema."),
        ],
        hints: [
            "actors": "the service declares what jobs say, a child chart declares its own",
            "input": "use 'context': an input sets members of the child's context",
            "output": "the types of a chart's final states follow from their 'output'",
            "actions": "the service declares the parameters of actions", "guards": "guards have no parameters",
            "meta": "'meta' is free", "tags": "'tags' are free", "sent": "write 'emitted'",
        ])

    static let initial = ChartKeys(
        what: "'initial'",
        keys: [
            ChartKey("target", .shared(.target), "The state within that is entered by default."),
            ChartKey("actions", .shared(.actions), "What is done on the way."),
        ], required: ["target"], hints: ["input": "states have no input"])

    static let lint = ChartKeys(
        what: "'lint'",
        keys: [
            ChartKey("accept", .map(.text), "The reason for each finding that stays: 'code' or 'code/subject'.")
        ])
}
