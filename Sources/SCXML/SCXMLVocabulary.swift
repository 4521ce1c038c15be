/// The elements of SCXML: what each may have. Nothing else may stand there.
struct SCXMLVocabulary {
    var attributes: [String] = []
    var required: [String] = []
    /// Of each group at most one may be given.
    var exclusive: [[String]] = []
    var children: Set<String> = []
    /// Children that may come once.
    var single: Set<String> = []
    /// True where any content is data: text, or elements of any kind.
    var isData = false

    static let namespace = "http://www.w3.org/2005/07/scxml"

    static let executable: Set<String> = ["raise", "if", "foreach", "log", "assign", "script", "send", "cancel"]
    static let states: Set<String> = ["state", "parallel", "final", "history"]

    static let elements: [String: SCXMLVocabulary] = stateElements.merging(contentElements) { $1 }

    private static let stateElements: [String: SCXMLVocabulary] = [
        "scxml": SCXMLVocabulary(
            attributes: ["initial", "name", "version", "datamodel", "binding"], required: ["version"],
            // Transitions of the whole document are more than W3C has; other tools write them.
            children: ["state", "parallel", "final", "datamodel", "script", "transition"],
            single: ["datamodel", "script"]),
        "state": SCXMLVocabulary(
            attributes: ["id", "initial"],
            children: states.union(["onentry", "onexit", "transition", "initial", "datamodel", "invoke"]),
            single: ["initial", "datamodel"]),
        "parallel": SCXMLVocabulary(
            attributes: ["id"],
            children: ["onentry", "onexit", "transition", "state", "parallel", "history", "datamodel", "invoke"],
            single: ["datamodel"]),
        "final": SCXMLVocabulary(
            attributes: ["id"], children: ["onentry", "onexit", "donedata"], single: ["donedata"]),
        "history": SCXMLVocabulary(attributes: ["id", "type"], children: ["transition"], single: ["transition"]),
        "initial": SCXMLVocabulary(children: ["transition"], single: ["transition"]),
        "transition": SCXMLVocabulary(attributes: ["event", "cond", "target", "type"], children: executable),
        "onentry": SCXMLVocabulary(children: executable),
        "onexit": SCXMLVocabulary(children: executable),
        "datamodel": SCXMLVocabulary(children: ["data"]),
        "data": SCXMLVocabulary(
            attributes: ["id", "src", "expr"], required: ["id"], exclusive: [["src", "expr", "content"]],
            isData: true),
        "donedata": SCXMLVocabulary(
            children: ["content", "param"], single: ["content"]),
        "invoke": SCXMLVocabulary(
            attributes: ["type", "typeexpr", "src", "srcexpr", "id", "idlocation", "namelist", "autoforward"],
            exclusive: [["type", "typeexpr"], ["src", "srcexpr"], ["id", "idlocation"]],
            children: ["param", "finalize", "content"], single: ["finalize", "content"]),
        "finalize": SCXMLVocabulary(children: executable.subtracting(["raise", "send"])),
    ]

    private static let contentElements: [String: SCXMLVocabulary] = [
        "raise": SCXMLVocabulary(attributes: ["event"], required: ["event"]),
        "if": SCXMLVocabulary(
            attributes: ["cond"], required: ["cond"], children: executable.union(["elseif", "else"]),
            single: ["else"]),
        "elseif": SCXMLVocabulary(attributes: ["cond"], required: ["cond"]),
        "else": SCXMLVocabulary(),
        "foreach": SCXMLVocabulary(
            attributes: ["array", "item", "index"], required: ["array", "item"], children: executable),
        "log": SCXMLVocabulary(attributes: ["label", "expr"]),
        "assign": SCXMLVocabulary(
            attributes: ["location", "expr"], required: ["location"], exclusive: [["expr", "content"]], isData: true),
        "script": SCXMLVocabulary(attributes: ["src"], isData: true),
        "param": SCXMLVocabulary(
            attributes: ["name", "expr", "location"], required: ["name"], exclusive: [["expr", "location"]]),
        "content": SCXMLVocabulary(attributes: ["expr"], exclusive: [["expr", "content"]], isData: true),
        "send": SCXMLVocabulary(
            attributes: [
                "event", "eventexpr", "target", "targetexpr", "type", "typeexpr", "id", "idlocation", "delay",
                "delayexpr", "namelist",
            ],
            exclusive: [
                ["event", "eventexpr"], ["target", "targetexpr"], ["type", "typeexpr"], ["id", "idlocation"],
                ["delay", "delayexpr"],
            ],
            children: ["param", "content"], single: ["content"]),
        "cancel": SCXMLVocabulary(attributes: ["sendid", "sendidexpr"], exclusive: [["sendid", "sendidexpr"]]),
    ]
}
