import JSONValue
import Statechart

/// `moment.getHours()`, `moment.getHours('+02:00')`, `span.getHours()` and the like.
extension GuardCompiler {
    func field(
        _ name: String, _ receiver: GuardSyntax, _ arguments: [GuardSyntax], at offset: Int
    ) throws(GuardProblem) -> GuardCompiled {
        guard let field = GuardTime.Field(rawValue: name), arguments.count < 2 else {
            throw GuardProblem(.expression, at: offset, "'\(name)' takes nothing, or a time zone")
        }
        let compiled = try operand(receiver)
        let isSpan = compiled.type == .duration
        guard compiled.type == .timestamp || compiled.type == .dyn || isSpan && field.isOfDay else {
            throw GuardProblem(.type, at: receiver.offset, "'\(name)' works on timestamps, found \(compiled.type)")
        }
        if isSpan, let zone = arguments.first {
            throw GuardProblem(.type, at: zone.offset, "a duration has no time zone")
        }
        let read = compiled.code.value
        let zone = try arguments.first.map { argument throws(GuardProblem) in try self.zone(argument, for: name) }
        return GuardCompiled(
            .int,
            .int { scope, frame throws(ExpressionError) in
                let value = try read(scope, frame)
                switch value {
                case .timestamp(let moment):
                    return GuardTime.field(field, of: moment, offset: try zone?(scope, frame) ?? 0)
                case .duration(let span) where zone == nil: return try GuardTime.field(field, of: span)
                default: throw value.mismatch("timestamp")
                }
            })
    }

    /// The code of a time zone's offset; a literal is checked at once.
    private func zone(_ syntax: GuardSyntax, for name: String) throws(GuardProblem) -> GuardRead<Int64> {
        if case .literal(.string(let text)) = syntax.kind {
            guard let offset = GuardTime.offset(text) else {
                throw GuardProblem(.type, at: syntax.offset, "'\(text)' is no time zone: expected 'UTC' or '+02:00'")
            }
            return { _, _ in offset }
        }
        let read = try string(syntax, for: name)
        return { scope, frame throws(ExpressionError) in
            let text = try read(scope, frame)
            guard let offset = GuardTime.offset(text) else {
                throw ExpressionError("'\(text.prefix(80))' is no time zone: expected 'UTC' or '+02:00'")
            }
            return offset
        }
    }
}
