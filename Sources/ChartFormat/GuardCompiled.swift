import JSONValue
import Statechart

/// A checked expression: its type, and the code that computes it. A class, since the compiler recurs with many of them
/// on its stack.
final class GuardCompiled {
    var type: GuardType
    var code: GuardCode
    /// Set for a literal, which adapts to what stands beside it.
    var literal: JSON?
    /// Set for what is found by names alone.
    var place: GuardPlace?
    var usesMacros = false

    init(_ type: GuardType, _ code: GuardCode, place: GuardPlace? = nil) {
        self.type = type
        self.code = code
        self.place = place
    }

    convenience init(literal value: JSON) {
        let type: GuardType =
            switch value {
            case .bool: .bool
            case .int: .int
            case .double: .double
            case .string(let text): .choice([text])
            default: .null
            }
        self.init(type, GuardCode(constant: value))
        literal = value
    }

    var isIntegerLiteral: Bool { if case .int = literal { true } else { false } }

    /// An integer literal as the double of the same value; itself when there is none.
    var asDouble: GuardCompiled {
        guard case .int(let whole) = literal, Int64(exactly: Double(whole)) == whole else { return self }
        return GuardCompiled(literal: .double(Double(whole)))
    }
}

extension GuardCompiled {
    static func list(_ parts: [GuardCompiled]) -> GuardCompiled {
        let type = parts.dropFirst().reduce(parts.first?.type ?? .dyn) { $0.unified(with: $1.type) ?? .dyn }
        let reads = parts.map(\.code.stored)
        let compiled = GuardCompiled(
            .list(type),
            .value { scope, frame throws(ExpressionError) in
                try frame?.spend(reads.count)
                var values: [JSON] = []
                values.reserveCapacity(reads.count)
                for read in reads { values.append(try read(scope, frame)) }
                return .json(.array(values))
            })
        compiled.usesMacros = parts.contains(where: \.usesMacros)
        return compiled
    }

    static func map(_ parts: [(key: String, compiled: GuardCompiled)]) -> GuardCompiled {
        var record = GuardType.Record()
        for (key, compiled) in parts {
            record.members[key] = compiled.type
            record.required.insert(key)
        }
        let reads = parts.map { (key: $0.key, read: $0.compiled.code.stored) }
        let compiled = GuardCompiled(
            .record(record),
            .value { scope, frame throws(ExpressionError) in
                try frame?.spend(reads.count)
                var object = JSONObject()
                for (key, read) in reads { object[key] = try read(scope, frame) }
                return .json(.object(object))
            })
        compiled.usesMacros = parts.contains(where: \.compiled.usesMacros)
        return compiled
    }
}
