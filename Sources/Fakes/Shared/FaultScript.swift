import JSONValue
import Oracles

/// The faults that are in force. The first rule that matches and has something left decides.
struct FaultScript<Kind: FaultKind>: Sendable {
    /// More rules than this are refused.
    static var maximumRules: Int { 1000 }

    private struct Entry: Sendable {
        var rule: FaultRule<Kind>
        var numbers: SeededNumbers
    }

    private var entries: [Entry] = []
    private(set) var fired: [String: Int] = [:]

    init(_ rules: [FaultRule<Kind>] = []) {
        for rule in rules { add(rule) }
    }

    mutating func add(_ rule: FaultRule<Kind>) {
        entries.append(Entry(rule: rule, numbers: SeededNumbers(seed: rule.seed)))
    }

    mutating func clear() { entries = [] }

    /// The fault for a request of this kind, if one is due; it is counted.
    mutating func take(_ route: String) -> FaultRule<Kind>? {
        for index in entries.indices {
            let rule = entries[index].rule
            guard rule.route == "*" || rule.route == route, rule.times != 0 else { continue }
            guard entries[index].numbers.fraction() < rule.probability else { continue }
            entries[index].rule.times = rule.times.map { $0 - 1 }
            fired["\(route):\(rule.kind.rawValue)", default: 0] += 1
            return rule
        }
        return nil
    }

    /// The kinds of all rules, spent ones too.
    var ruleKinds: [Kind] { entries.map(\.rule.kind) }

    var described: JSON {
        [
            "rules": .array(entries.filter { $0.rule.times != 0 }.map(\.rule.described)),
            "fired": .object(JSONObject(fired.sorted { $0.key < $1.key }.map { ($0.key, .int(Int64($0.value))) })),
        ]
    }

    /// Answers the control route: GET tells, POST adds one rule or an array of them, DELETE removes all.
    mutating func control(_ request: FakeRequest) -> FakeAnswer {
        switch request.method {
        case "DELETE":
            clear()
        case "POST":
            do {
                for rule in try Self.rules(request.body) { add(rule) }
            } catch {
                return .json(["error": .string(error.description)], status: 400)
            }
        default: break
        }
        return .json(described)
    }

    private static func rules(_ body: [UInt8]) throws(ControlError) -> [FaultRule<Kind>] {
        let value: JSON
        do { value = try JSON.parse(body) } catch { throw ControlError("faults: \(error)") }
        let items = value.array ?? [value]
        guard items.count <= maximumRules else { throw ControlError("faults: at most \(maximumRules) rules at once") }
        var rules: [FaultRule<Kind>] = []
        for (index, item) in items.enumerated() { rules.append(try FaultRule(item, place: "faults[\(index)]")) }
        return rules
    }
}
