import JSONValue
import Statechart

/// The conversion functions: `int()`, `double()`, `string()`, `bool()`, `timestamp()` and `duration()`.
enum GuardConversion {
    static func convert(_ value: GuardValue, to name: String) throws(ExpressionError) -> GuardValue {
        let converted: GuardValue? =
            switch name {
            case "int": integer(value).map { .json(.int($0)) }
            case "double": double(value).map { .json(.double($0)) }
            case "bool": bool(value).map { .json(.bool($0)) }
            case "timestamp": timestamp(value)
            case "duration": duration(value)
            default: try string(value).map { .json(.string($0)) }
            }
        guard let converted else {
            let shown =
                switch value {
                case .json(let json): String(json.text.prefix(80))
                default: "a \(value.typeName)"
                }
            throw ExpressionError("\(name)() cannot convert \(shown)")
        }
        return converted
    }

    private static func integer(_ value: GuardValue) -> Int64? {
        switch value {
        case .json(.int(let number)): number
        case .json(.double(let number)): Int64(exactly: number.rounded(.towardZero))
        case .json(.string(let text)): Int64(text)
        // Whole seconds, as CEL has it.
        case .timestamp(let moment): Int64((Double(moment.microseconds) / 1_000_000).rounded(.down))
        default: nil
        }
    }

    private static func double(_ value: GuardValue) -> Double? {
        switch value {
        case .json(.int(let number)): Double(number)
        case .json(.double(let number)): number
        case .json(.string(let text)): Double(text).flatMap { $0.isFinite ? $0 : nil }
        default: nil
        }
    }

    private static func bool(_ value: GuardValue) -> Bool? {
        switch value {
        case .json(.bool(let truth)): truth
        case .json(.string(let text)): Bool(text)
        default: nil
        }
    }

    private static func string(_ value: GuardValue) throws(ExpressionError) -> String? {
        switch value {
        case .json(.string(let text)): text
        case .json(.bool), .json(.int), .json(.double): try value.stored().text
        case .json: nil
        case .timestamp(let moment): moment.description
        case .duration(let span): "\(Double(try GuardArithmetic.microseconds(span)) / 1_000_000)s"
        }
    }

    private static func timestamp(_ value: GuardValue) -> GuardValue? {
        switch value {
        case .json(.string(let text)): Timestamp(text).map(GuardValue.timestamp)
        case .timestamp: value
        default: nil
        }
    }

    private static func duration(_ value: GuardValue) -> GuardValue? {
        switch value {
        case .json(.string(let text)): ChartDuration.parse(text).map(GuardValue.duration)
        case .duration: value
        default: nil
        }
    }
}
