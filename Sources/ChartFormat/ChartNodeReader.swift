import JSONValue
import Yams

/// Bounds of a chart's file.
enum ChartLimits {
    static let bytes = 512 * 1024
    static let depth = 64
    static let states = 2000
    static let diagnostics = 100
    /// Words that look like YAML aliases. Charts have none; a few may stand in texts.
    static let aliases = 16
}

/// Reads YAML, and JSON as the part of YAML that it is, into nodes with places.
struct ChartNodeReader {
    struct Problem: Error {
        let position: SourcePosition
        let code: ChartDiagnostic.Code
        let message: String

        init(_ code: ChartDiagnostic.Code, _ position: SourcePosition, _ message: String) {
            self.position = position
            self.code = code
            self.message = message
        }
    }

    static func read(_ text: String) throws(Problem) -> ChartNode {
        let start = SourcePosition(line: 1, column: 1)
        guard text.utf8.count <= ChartLimits.bytes else {
            throw Problem(.limit, start, "a chart's file has at most \(ChartLimits.bytes) bytes")
        }
        try refuseManyAliases(text)
        let parser: Parser
        let root: Node?
        do {
            parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
            root = try parser.singleRoot()
        } catch {
            throw problem(error)
        }
        // The parser owns the anchors that nodes refer to weakly.
        defer { withExtendedLifetime(parser) {} }
        guard let root else { throw Problem(.syntax, start, "the file is empty; expected a chart") }
        return try node(root, depth: 0)
    }

    /// Aliases of aliases can describe values of exponential size, and comparing keys walks through them while parsing.
    private static func refuseManyAliases(_ text: String) throws(Problem) {
        var count = 0
        var before: UInt8 = 10
        var isStar = false
        for byte in text.utf8 {
            if isStar, byte.isWord { count += 1 }
            isStar = byte == 42 && before.isBeforeAlias
            before = byte
        }
        if count > ChartLimits.aliases {
            throw Problem(
                .limit, SourcePosition(line: 1, column: 1),
                "the file has \(count) words like '*name'; charts have no aliases"
                    + " (put a space behind a '*' that multiplies)"
            )
        }
    }

    private static func problem(_ error: any Error) -> Problem {
        let place = { (mark: Mark) in SourcePosition(line: max(1, mark.line), column: max(1, mark.column)) }
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            return Problem(.syntax, place(mark), problem)
        case .duplicatedKeysInMapping(let keys, let context):
            return Problem(.syntax, place(context.mark), "the key '\(keys.first ?? "")' comes twice in one mapping")
        case .reader(let problem, _, _, _):
            return Problem(.syntax, SourcePosition(line: 1, column: 1), problem)
        default:
            return Problem(.syntax, SourcePosition(line: 1, column: 1), "the file is no YAML")
        }
    }

    private static func node(_ node: Node, depth: Int) throws(Problem) -> ChartNode {
        let position = node.mark.map { SourcePosition(line: $0.line, column: $0.column) }
        let place = position ?? SourcePosition(line: 1, column: 1)
        guard depth <= ChartLimits.depth else {
            throw Problem(.limit, place, "a chart is nested at most \(ChartLimits.depth) levels deep")
        }
        if node.hasAnchor { throw Problem(.syntax, place, "charts have no anchors and aliases; write the value out") }
        try refuseTag(node.ownTag, place)
        switch node {
        case .scalar(let scalar):
            return ChartNode(content: .scalar(scalar.string, style(scalar.style)), position: place)
        case .sequence(let sequence):
            var elements: [ChartNode] = []
            for element in sequence { elements.append(try self.node(element, depth: depth + 1)) }
            return ChartNode(content: .sequence(elements), position: place)
        case .mapping(let mapping):
            return ChartNode(content: .mapping(try members(mapping, depth)), position: place)
        case .alias:
            throw Problem(.syntax, place, "charts have no anchors and aliases; write the value out")
        }
    }

    private static func members(_ mapping: Node.Mapping, _ depth: Int) throws(Problem) -> [ChartNode.Member] {
        var members: [ChartNode.Member] = []
        var seen = Set<String>()
        for (keyNode, valueNode) in mapping {
            let key = try node(keyNode, depth: depth + 1)
            guard case .scalar(let name, let style) = key.content else {
                throw Problem(.syntax, key.position, "expected a text as the key")
            }
            if name == "<<", style == .plain {
                throw Problem(.syntax, key.position, "charts have no merge keys; write the members out")
            }
            guard seen.insert(name).inserted else {
                throw Problem(.syntax, key.position, "the key '\(name)' comes twice in one mapping")
            }
            members.append(
                ChartNode.Member(key: name, keyPosition: key.position, value: try node(valueNode, depth: depth + 1)))
        }
        return members
    }

    /// Tags that say what a value is anyway.
    private static let tags = Set(
        ["", "!", Tag.Name.str, .seq, .map, .implicit].map { (name: Tag.Name) in name.rawValue })

    private static func refuseTag(_ tag: Tag, _ place: SourcePosition) throws(Problem) {
        let name = tag.description
        if !name.isEmpty, !tags.contains(name) {
            throw Problem(.syntax, place, "charts have no tags such as '\(name)'")
        }
    }

    private static func style(_ style: Node.Scalar.Style) -> ChartNode.Style {
        switch style {
        case .any, .plain: .plain
        case .singleQuoted: .singleQuoted
        case .doubleQuoted: .doubleQuoted
        case .literal, .folded: .block
        }
    }
}

extension UInt8 {
    /// What may begin an alias's name. Bytes of letters beyond ASCII count too.
    fileprivate var isWord: Bool {
        (97...122).contains(self) || (65...90).contains(self) || (48...57).contains(self) || self == 95 || self >= 128
    }

    /// What may stand in front of an alias: space, and the marks of YAML's structure.
    fileprivate var isBeforeAlias: Bool {
        switch self {
        case 10, 13, 9, 32, 44, 91, 123, 58, 45, 63: true
        default: false
        }
    }
}

extension Node {
    /// The tag as it is written; asking the node itself would resolve it.
    fileprivate var ownTag: Tag {
        switch self {
        case .scalar(let scalar): scalar.tag
        case .mapping(let mapping): mapping.tag
        case .sequence(let sequence): sequence.tag
        case .alias(let alias): alias.tag
        }
    }

    fileprivate var hasAnchor: Bool {
        switch self {
        case .scalar(let scalar): scalar.anchor != nil
        case .mapping(let mapping): mapping.anchor != nil
        case .sequence(let sequence): sequence.anchor != nil
        case .alias: true
        }
    }
}
