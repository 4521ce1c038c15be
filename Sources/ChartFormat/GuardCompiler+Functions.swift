import JSONValue
import Statechart

extension GuardCompiler {
    static let functions = ["has", "In", "size", "int", "double", "string", "bool", "timestamp", "duration"]

    func function(
        _ name: String, _ arguments: [GuardSyntax], at offset: Int
    ) throws(GuardProblem) -> GuardCompiled {
        switch name {
        case "dyn" where environment.isImported: return try compile(try only(arguments, of: name, at: offset))
        case "has": return try has(arguments, at: offset)
        case "In": return try inState(arguments, at: offset)
        case "size": return try size(try only(arguments, of: name, at: offset))
        case _ where Self.functions.contains(name):
            return try conversion(name, try only(arguments, of: name, at: offset), at: offset)
        default:
            let rest = Suggestion.text(for: name, among: Self.functions)
            throw GuardProblem(.expression, at: offset, "there is no function '\(name)'\(rest)")
        }
    }

    func method(
        _ receiver: GuardSyntax, _ name: String, _ arguments: [GuardSyntax], at offset: Int
    ) throws(GuardProblem) -> GuardCompiled {
        switch name {
        case "size":
            guard arguments.isEmpty else {
                throw GuardProblem(.expression, at: offset, "'.size()' takes no arguments")
            }
            return try size(receiver)
        case "contains", "startsWith", "endsWith":
            return try search(name, receiver, try only(arguments, of: name, at: offset))
        case _ where GuardSyntax.macros.contains(name): return try macro(name, receiver, arguments, at: offset)
        case _ where GuardTime.Field(rawValue: name) != nil:
            return try field(name, receiver, arguments, at: offset)
        default:
            let known = ["size", "contains", "startsWith", "endsWith"] + GuardSyntax.macros
            let rest = Suggestion.text(
                for: name, among: name.hasPrefix("get") ? GuardTime.Field.allCases.map(\.rawValue) : known)
            throw GuardProblem(.expression, at: offset, "there is no method '\(name)'\(rest)")
        }
    }

    private func only(
        _ arguments: [GuardSyntax], of name: String, at offset: Int
    ) throws(GuardProblem) -> GuardSyntax {
        guard let argument = arguments.first, arguments.count == 1 else {
            throw GuardProblem(.expression, at: offset, "'\(name)' takes one argument, found \(arguments.count)")
        }
        return argument
    }

    private func has(_ arguments: [GuardSyntax], at offset: Int) throws(GuardProblem) -> GuardCompiled {
        guard case .select(let base, let member) = try only(arguments, of: "has", at: offset).kind else {
            throw GuardProblem(.expression, at: offset, "'has' asks for a member, such as has(event.reason)")
        }
        let object = try operand(base)
        _ = try memberType(member, of: object.type, base, at: arguments[0].offset)
        let read = object.code.value
        return GuardCompiled(
            .bool,
            .bool { scope, frame throws(ExpressionError) in
                guard case .json(.object(let members)) = try read(scope, frame) else {
                    throw ExpressionError("has(): expected a map that may have the member '\(member)'")
                }
                return members[member] != nil
            })
    }

    private func inState(_ arguments: [GuardSyntax], at offset: Int) throws(GuardProblem) -> GuardCompiled {
        let argument = try only(arguments, of: "In", at: offset)
        if environment.isImported { return try importedState(argument) }
        guard case .literal(.string(let name)) = argument.kind else {
            throw GuardProblem(.expression, at: argument.offset, "'In' expects a state's path in quotes")
        }
        guard let id = environment.state(name) else {
            throw GuardProblem(.target, at: argument.offset, "the chart has no state '\(name)', or several of that key")
        }
        return GuardCompiled(.bool, .bool { scope, _ in scope.active[id] })
    }

    private func size(_ syntax: GuardSyntax) throws(GuardProblem) -> GuardCompiled {
        let compiled = try operand(syntax)
        switch compiled.type {
        case .string, .choice, .list, .map, .record, .dyn: break
        default: throw GuardProblem(.type, at: syntax.offset, "\(compiled.type) has no size")
        }
        let read = compiled.code.value
        return GuardCompiled(
            .int,
            .int { scope, frame throws(ExpressionError) in
                let value = try read(scope, frame)
                switch value {
                case .json(.string(let text)):
                    try frame?.spend(bytes: text.utf8.count)
                    return Int64(text.unicodeScalars.count)
                case .json(.array(let elements)): return Int64(elements.count)
                case .json(.object(let members)): return Int64(members.count)
                default: throw value.mismatch("a string, a list or a map")
                }
            })
    }

    private func search(
        _ name: String, _ receiver: GuardSyntax, _ argument: GuardSyntax
    ) throws(GuardProblem) -> GuardCompiled {
        let (text, part) = (try string(receiver, for: name), try string(argument, for: name))
        return GuardCompiled(
            .bool,
            .bool { scope, frame throws(ExpressionError) in
                let (text, part) = (try text(scope, frame), try part(scope, frame))
                try frame?.spend(bytes: name == "contains" ? text.utf8.count : part.utf8.count)
                switch name {
                case "startsWith": return text.utf8.starts(with: part.utf8)
                case "endsWith":
                    return text.utf8.count >= part.utf8.count
                        && text.utf8.suffix(part.utf8.count).elementsEqual(part.utf8)
                default: return GuardSearch.contains(text, part)
                }
            })
    }

    /// The code of an argument that must be a string.
    func string(_ syntax: GuardSyntax, for name: String) throws(GuardProblem) -> GuardRead<String> {
        let compiled = try operand(syntax)
        guard compiled.type.isString || compiled.type == .dyn else {
            throw GuardProblem(.type, at: syntax.offset, "'\(name)' works on strings, found \(compiled.type)")
        }
        return compiled.code.string
    }

    private func conversion(
        _ name: String, _ argument: GuardSyntax, at offset: Int
    ) throws(GuardProblem) -> GuardCompiled {
        let compiled = try operand(argument)
        let accepted: [GuardType]
        let result: GuardType
        switch name {
        case "int": (result, accepted) = (.int, [.int, .double, .string, .timestamp])
        case "double": (result, accepted) = (.double, [.int, .double, .string])
        case "bool": (result, accepted) = (.bool, [.bool, .string])
        case "timestamp": (result, accepted) = (.timestamp, [.string, .int, .timestamp])
        case "duration": (result, accepted) = (.duration, [.string, .duration])
        default: (result, accepted) = (.string, [.string, .bool, .int, .double, .timestamp, .duration])
        }
        guard compiled.type == .dyn || accepted.contains(compiled.type.isString ? .string : compiled.type) else {
            throw GuardProblem(.type, at: offset, "'\(name)' cannot convert \(compiled.type)")
        }
        return GuardCompiled(result, GuardConversion.code(name, compiled.code))
    }
}
