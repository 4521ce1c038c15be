/// The tables of actions and expressions.
extension ChartKeys {
    private static func type(_ names: String...) -> ChartKey {
        ChartKey(
            "type", .choice(names.flatMap { [.string($0), .string("@xstate.\($0)"), .string("xstate.\($0)")] }),
            "What it does.")
    }

    static let assign = ChartKeys(
        what: "this action",
        keys: [type("assign"), ChartKey("context", .object, "New values for members of the context.")],
        required: ["type", "context"], hints: ["assignment": "write 'context'", "params": "write 'context'"])

    static let raise = ChartKeys(
        what: "this action",
        keys: [
            type("raise"),
            ChartKey("event", .either([.text, .object]), "The event's name, or '{type: name, …payload}'."),
            ChartKey("data", .object, "The payload, as expressions."),
            ChartKey("delay", .either([.delay, .place(.expression)]), "How long to wait; no delay: this macrostep."),
            ChartKey("id", .text, "A name under which 'cancel' takes a delayed event back."),
        ], required: ["type", "event"], hints: ["to": "use 'send'", "params": "write 'data'"])

    static let send = ChartKeys(
        what: "this action",
        keys: [
            type("send"),
            ChartKey("to", .text, "'parent', or the id of an invoked chart."),
            ChartKey("event", .either([.text, .object]), "The event's name, or '{type: name, …payload}'."),
            ChartKey("data", .object, "The payload, as expressions."),
            ChartKey("delay", .either([.delay, .place(.expression)]), "How long to wait."),
            ChartKey("id", .text, "A name under which 'cancel' takes a delayed event back."),
        ], required: ["type", "to", "event"], hints: ["target": "write 'to'", "params": "write 'data'"])

    static let cancel = ChartKeys(
        what: "this action",
        keys: [
            type("cancel"),
            ChartKey("timer", .either([.delay]), "A key of 'after', or 'timeout'."),
            ChartKey("id", .text, "The id of a delayed event."),
        ], required: ["type"], hints: ["sendId": "write 'id'", "sendid": "write 'id'"])

    static let log = ChartKeys(
        what: "this action",
        keys: [
            type("log"), ChartKey("message", .any, "The line, as an expression."),
            ChartKey("args", .list(.any), "XState's way to write the message."),
        ], required: ["type"], hints: ["expr": "write 'message'", "label": "put it into 'message'"])

    static let effect = ChartKeys(
        what: "an action",
        keys: [
            ChartKey("type", .text, "The name of an effect that the service carries out."),
            ChartKey("params", .object, "Its parameters, as expressions."),
        ], required: ["type"],
        hints: ["exec": "actions are names", "data": "write 'params'", "assignment": "write 'type: assign'"])

    static let expression = ChartKeys(
        what: "an expression",
        keys: [
            ChartKey("@expr", .text, "The expression's text."),
            ChartKey("@lang", .constant("cel"), "Its language."),
        ], required: ["@expr"],
        hints: ["@code": "scripts do not run here; write '@expr'"])

    static let namedGuard = ChartKeys(
        what: "a named guard",
        keys: [
            ChartKey("type", .text, "A name of 'guards'."),
            ChartKey("params", .object, "Parameters, which only a reading of foreign exports takes."),
        ], required: ["type"])

    static let definition = ChartKeys(
        what: "the definition of a guard",
        keys: [
            ChartKey("when", .either([.text, .place(.expression)]), "The expression that the name stands for."),
            ChartKey("description", .text, "A note for readers."),
        ], required: ["when"], hints: ["guard": "write 'when'", "params": "guards have no parameters"])
}
