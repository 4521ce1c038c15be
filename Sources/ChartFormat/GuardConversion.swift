import JSONValue
import Statechart

/// The conversion functions: `int()`, `double()`, `string()`, `bool()`, `timestamp()` and `duration()`.
enum GuardConversion {
    static func code(_ name: String, _ code: GuardCode) -> GuardCode {
        let read = code.value
        switch name {
        case "int":
            return .int { scope, frame throws(ExpressionError) in
                let value = try read(scope, frame)
                return try found(integer(value), name, value)
            }
        case "double":
            return .double { scope, frame throws(ExpressionError) in
                let value = try read(scope, frame)
                return try found(double(value), name, value)
            }
        case "bool":
            return .bool { scope, frame throws(ExpressionError) in
                let value = try read(scope, frame)
                return try found(bool(value), name, value)
            }
        case "string":
            return .string { scope, frame throws(ExpressionError) in
                let value = try read(scope, frame)
                return try found(string(value), name, value)
            }
        default:
            let isMoment = name == "timestamp"
            return .value { scope, frame throws(ExpressionError) in
                let value = try read(scope, frame)
                return try found(isMoment ? timestamp(value) : duration(value), name, value)
            }
        }
    }

    private static func found<Value>(
        _ converted: Value?, _ name: String, _ value: GuardValue
    ) throws(ExpressionError) -> Value {
        if let converted { return converted }
        let shown =
            switch value {
            case .json(.string(let text)): JSON.string(String(text.prefix(80))).text
            case .json(.array), .json(.object): "a \(value.typeName)"
            case .json(let json): json.text
            default: "a \(value.typeName)"
            }
        throw ExpressionError("\(name)() cannot convert \(shown)")
    }

    private static func integer(_ value: GuardValue) -> Int64? {
        switch value {
        case .json(.int(let number)): number
        // CEL leaves out the least integer, since a double cannot tell it from those below.
        case .json(.double(let number)):
            number == -0x1p63 ? nil : Int64(exactly: number.rounded(.towardZero))
        case .json(.string(let text)): Int64(text)
        // Whole seconds, as CEL has it.
        case .timestamp(let moment): GuardTime.floored(moment.microseconds, 1_000_000).quotient
        default: nil
        }
    }

    private static func double(_ value: GuardValue) -> Double? {
        switch value {
        case .json(.int(let number)): Double(number)
        case .json(.double(let number)): number
        case .json(.string(let text)): Double(text)
        default: nil
        }
    }

    private static func bool(_ value: GuardValue) -> Bool? {
        switch value {
        case .json(.bool(let truth)): return truth
        case .json(.string(let text)):
            if ["1", "t", "true", "TRUE", "True"].contains(text) { return true }
            return ["0", "f", "false", "FALSE", "False"].contains(text) ? false : nil
        default: return nil
        }
    }

    private static func string(_ value: GuardValue) throws(ExpressionError) -> String? {
        switch value {
        case .json(.string(let text)): text
        case .json(.bool), .json(.int), .json(.double): try value.stored().text
        case .json: nil
        case .timestamp(let moment): moment.description
        case .duration(let span): GuardTime.text(ofSpan: span)
        }
    }

    private static func timestamp(_ value: GuardValue) throws(ExpressionError) -> GuardValue? {
        switch value {
        case .json(.string(let text)): return try GuardTime.moment(text).map(GuardValue.timestamp)
        case .json(.int(let seconds)):
            let (moment, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
            return .timestamp(try GuardTime.checked(moment: overflow ? .max : moment))
        case .timestamp: return value
        default: return nil
        }
    }

    private static func duration(_ value: GuardValue) throws(ExpressionError) -> GuardValue? {
        switch value {
        case .json(.string(let text)): try GuardTime.span(text).map(GuardValue.duration)
        case .duration: value
        default: nil
        }
    }
}
