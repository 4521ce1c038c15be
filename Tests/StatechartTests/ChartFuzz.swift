import ChartFormat
import JSONValue

/// Seeded mutations of charts: of their structure, and of their bytes. One seed makes one sequence of texts.
struct ChartFuzz {
    private var state: UInt64
    private let seeds: [String]
    private let trees: [JSON]

    init(seed: UInt64, seeds: [String]) {
        state = seed
        self.seeds = seeds
        trees = seeds.compactMap { try? ChartReader.json(text: $0, file: "seed") }
    }

    /// SplitMix64.
    private mutating func random() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    private mutating func below(_ bound: Int) -> Int { Int(random() % UInt64(max(1, bound))) }
    private mutating func pick<T>(_ values: [T]) -> T { values[below(values.count)] }

    mutating func next() -> String {
        guard below(3) > 0 else { return bytes(pick(seeds)) }
        var tree = pick(trees)
        for _ in 0...below(4) { tree = mutated(tree, depth: 0) }
        let text = tree.text
        return below(8) == 0 ? bytes(text) : text
    }

    /// Bytes changed, taken out, doubled, put in; what is left of UTF-8 is repaired.
    private mutating func bytes(_ text: String) -> String {
        var bytes = Array(text.utf8)
        for _ in 0...below(6) where !bytes.isEmpty {
            let place = below(bytes.count)
            switch below(6) {
            case 0: bytes[place] = UInt8(below(256))
            case 1: bytes.remove(at: place)
            case 2: bytes.insert(contentsOf: Array(pick(Self.words).utf8), at: place)
            case 3: bytes.insert(pick(Array("{}[]:,#&*!|>'\"%@`-? \n\t".utf8)), at: place)
            case 4: bytes.removeSubrange(place..<min(bytes.count, place + below(40)))
            default:
                bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + below(80))], at: below(bytes.count))
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// One place of the tree changed: reached by a random walk from the root.
    private mutating func mutated(_ value: JSON, depth: Int) -> JSON {
        switch value {
        case .object(let members) where !members.isEmpty && below(depth + 6) > 1: return object(members, depth)
        case .array(let elements) where !elements.isEmpty && below(3) > 0:
            var elements = elements
            let place = below(elements.count)
            elements[place] = mutated(elements[place], depth: depth + 1)
            return .array(elements)
        default: return anything(depth)
        }
    }

    private mutating func object(_ members: JSONObject, _ depth: Int) -> JSON {
        var list = members.map { ($0.key, $0.value) }
        let place = below(list.count)
        switch below(9) {
        case 0: list.remove(at: place)
        case 1: list.append((pick(Self.words), list[place].1))
        case 2: list.append((pick(Self.keys), anything(depth)))
        case 3: list[place].0 = pick(Self.keys)
        default: list[place].1 = mutated(list[place].1, depth: depth + 1)
        }
        return .object(JSONObject(list))
    }

    private mutating func anything(_ depth: Int) -> JSON {
        switch below(12) {
        case 0: return .null
        case 1: return .bool(below(2) == 0)
        case 2: return .int(Int64(bitPattern: random()))
        case 3: return .double(Double(below(1000)) / 7)
        case 4: return .array([anything(depth), .string(pick(Self.words))])
        case 5: return .object(JSONObject([(pick(Self.keys), .string(pick(Self.words)))]))
        case 6: return pick(trees)
        case 7: return (0..<below(90)).reduce(JSON.null) { inner, _ in .array([inner]) }
        default: return .string(pick(Self.words))
        }
    }

    private static let keys = ChartSchema.keys.values.flatMap(\.self).sorted() + ["cond", "", "a", "b", "*", "go"]
    private static let words = [
        "a", "b", "#a", ".x", "#test", "a.b", "..", "#", "*", "go", "go.*", "done.state.a", "xstate.done.state.test.a",
        "xstate.after.1s.test.a", "1s", "PT0S", "99999999999999999999", "-1", "context.n", "context.n > 1 && !true",
        "event.x.y", "((((((", "1 +", "[1,2,3].all(x, x > 0)", "has(context.n)", "'", "\"", "parent", "raise", "send",
        "@xstate.raise", "final", "parallel", "history", "choice", "deep", "triage", "probe", "mark", "\u{0}", "é",
        "\\.",
        "9223372036854775807 + 1", "In('a')", "timeout", "true", "null", "~", "<<", "&x", "*x", "!!binary x",
    ]
}
