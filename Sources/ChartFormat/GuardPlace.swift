import JSONValue
import Statechart

/// A chain of members from one of the scope's values, such as `context.author.karma`: read in one go.
struct GuardPlace: Sendable {
    enum Root { case context, event, settings }

    let root: Root
    var keys: [String] = []

    /// What the scope holds there, or why it holds nothing.
    func find(in scope: Scope) throws(ExpressionError) -> JSON {
        guard let found = look(in: scope) else { throw absence(in: scope) }
        return found
    }

    private func look(in scope: Scope) -> JSON? {
        guard !keys.isEmpty else { return start(of: scope) }
        let found =
            switch root {
            case .context: scope.context.value(of: keys[0])
            case .event: scope.event.value(of: keys[0])
            case .settings: scope.settings.value(of: keys[0])
            }
        guard keys.count > 1, var value = found else { return found }
        for index in 1..<keys.count {
            guard let next = value.value(of: keys[index]) else { return nil }
            value = next
        }
        return value
    }

    private func start(of scope: Scope) -> JSON {
        switch root {
        case .context: scope.context
        case .event: scope.event
        case .settings: scope.settings
        }
    }

    private func absence(in scope: Scope) -> ExpressionError {
        var value = start(of: scope)
        for key in keys {
            switch value {
            case .object(let object):
                guard let next = object[key] else { return ExpressionError("there is no member '\(key)'") }
                value = next
            default:
                return ExpressionError(
                    "expected a map with the member '\(key)', found \(GuardValue.json(value).typeName)")
            }
        }
        return ExpressionError("there is nothing")
    }

    /// Code that reads the place as its declared type.
    func code(_ type: GuardType, _ name: String) -> GuardCode {
        let place = self
        switch type {
        case .bool: return .bool { scope, _ throws(ExpressionError) in try place.find(in: scope).requiredBool(name) }
        case .int: return .int { scope, _ throws(ExpressionError) in try place.find(in: scope).requiredInt(name) }
        case .double:
            return .double { scope, _ throws(ExpressionError) in try place.find(in: scope).requiredDouble(name) }
        case .string, .choice:
            return .string { scope, _ throws(ExpressionError) in try place.find(in: scope).requiredString(name) }
        default: return GuardCode(type, name) { scope, _ throws(ExpressionError) in try place.find(in: scope) }
        }
    }
}
