/// The keys that a mapping of the format may have, and what to say about those that other formats have there.
struct ChartKeys {
    let what: String
    let known: [String]
    var hints: [String: String] = [:]

    static let root = ChartKeys(
        what: "a chart",
        known: [
            "chart", "id", "version", "$schema", "@exprLang", "description", "schemas", "context", "type", "initial",
            "states", "on", "always", "after", "invoke", "entry", "exit", "meta", "tags",
        ],
        hints: state.hints.merging(["onDone": "the root has no 'onDone': a final state below it ends the instance"]) {
            $1
        })

    static let state = ChartKeys(
        what: "a state",
        known: [
            "id", "type", "initial", "states", "on", "always", "after", "invoke", "entry", "exit", "onDone", "meta",
            "tags", "description", "history", "target", "output",
        ],
        hints: [
            "onEntry": "write 'entry'", "onExit": "write 'exit'", "parallel": "write 'type: parallel'",
            "data": "write 'output'", "activities": "use 'invoke'", "delay": "use 'after'",
            "timeout": "a timeout belongs to 'invoke', a timer to 'after'", "onTimeout": "use 'after'",
            "onError": "'onError' belongs to 'invoke'", "context": "'context' belongs to transitions and to the root",
            "cond": "write 'guard', on a transition", "guard": "'guard' belongs to transitions",
            "choice": "use 'always' with guards", "actions": "use 'entry' or 'exit'",
            "reenter": "'reenter' belongs to transitions", "key": "a state's key is its name in 'states'",
            "order": "regions run in the order of the file", "route": "use 'on'",
            "input": "'input' belongs to 'invoke'",
            "strict": "unknown events are always refused", "internalEvents": "use 'raise'",
            "actors": "jobs are declared by the service", "guards": "write guards where they are used",
            "delays": "delays are declared by the service",
        ])

    static let transition = ChartKeys(
        what: "a transition", known: ["target", "guard", "context", "actions", "reenter", "description", "meta"],
        hints: [
            "cond": "write 'guard'", "internal": "transitions are internal unless they say 'reenter: true'",
            "external": "write 'reenter: true'", "in": "write a guard with In('state')", "when": "write 'guard'",
            "action": "write 'actions'", "assign": "write 'context'", "delay": "use 'after'",
            "input": "states have no input",
            "event": "the event is the key in 'on'",
        ])

    static let invoke = ChartKeys(
        what: "an invocation", known: ["id", "src", "input", "timeout", "onDone", "onError", "description", "meta"],
        hints: [
            "data": "write 'input'", "onTimeout": "a timeout comes to 'onError' with event.code == 'timeout'",
            "onSnapshot": "progress reaches no chart", "autoForward": "jobs hear no events",
            "forward": "jobs hear no events", "params": "write 'input'", "type": "write 'src'",
            "systemId": "write 'id'",
            "registryKey": "write 'id'", "source": "write 'src'",
        ])

    static let schemas = ChartKeys(
        what: "'schemas'", known: ["context", "events"],
        hints: ["actors": "the service declares what jobs say", "input": "use 'context'"])

    static let initial = ChartKeys(what: "'initial'", known: ["target", "actions"])
}
