import JSONValue
import Statechart

extension GuardCompiler {
    func function(
        _ name: String, _ arguments: [GuardSyntax], at offset: Int
    ) throws(GuardProblem) -> GuardCompiled {
        switch name {
        case "dyn" where environment.isImported: return try compile(try only(arguments, of: name, at: offset))
        case "has": return try has(arguments, at: offset)
        case "In": return try inState(arguments, at: offset)
        case "size": return try size(try only(arguments, of: name, at: offset))
        case "int", "double", "string", "bool", "timestamp", "duration":
            return try conversion(name, try only(arguments, of: name, at: offset), at: offset)
        default:
            let known = ["has", "In", "size", "int", "double", "string", "bool", "timestamp", "duration"]
            throw GuardProblem(
                .expression, at: offset, "there is no function '\(name)'\(Suggestion.text(for: name, among: known))")
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
        case "all", "exists", "exists_one", "filter", "map":
            return try macro(name, receiver, arguments, at: offset)
        default:
            let known = ["size", "contains", "startsWith", "endsWith", "all", "exists", "exists_one", "filter", "map"]
            throw GuardProblem(
                .expression, at: offset, "there is no method '\(name)'\(Suggestion.text(for: name, among: known))")
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
        let object = try compile(base)
        _ = try memberType(member, of: object.type, base, at: arguments[0].offset)
        let code = object.code
        return GuardCompiled(.bool) { frame throws(ExpressionError) in
            guard case .json(.object(let members)) = try code(frame) else {
                throw ExpressionError("has(): expected a map that may have the member '\(member)'")
            }
            return .json(.bool(members[member] != nil))
        }
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
        return GuardCompiled(.bool) { frame in
            .json(.bool(frame.scope.active[id]))
        }
    }

    private func size(_ syntax: GuardSyntax) throws(GuardProblem) -> GuardCompiled {
        let compiled = try compile(syntax)
        switch compiled.type {
        case .string, .choice, .list, .map, .record, .dyn: break
        default: throw GuardProblem(.type, at: syntax.offset, "\(compiled.type) has no size")
        }
        let code = compiled.code
        return GuardCompiled(.int) { frame throws(ExpressionError) in
            let value = try code(frame)
            switch value {
            case .json(.string(let text)): return .json(.int(Int64(text.unicodeScalars.count)))
            case .json(.array(let elements)): return .json(.int(Int64(elements.count)))
            case .json(.object(let members)): return .json(.int(Int64(members.count)))
            default: throw value.mismatch("a string, a list or a map")
            }
        }
    }

    private func search(
        _ name: String, _ receiver: GuardSyntax, _ argument: GuardSyntax
    ) throws(GuardProblem) -> GuardCompiled {
        var codes: [GuardCode] = []
        for syntax in [receiver, argument] {
            let compiled = try compile(syntax)
            guard compiled.type.isString || compiled.type == .dyn else {
                throw GuardProblem(.type, at: syntax.offset, "'\(name)' works on strings, found \(compiled.type)")
            }
            codes.append(compiled.code)
        }
        let (text, part) = (codes[0], codes[1])
        return GuardCompiled(.bool) { frame throws(ExpressionError) in
            let text = Array(try text(frame).string().utf8)
            let part = Array(try part(frame).string().utf8)
            switch name {
            case "startsWith": return .json(.bool(text.starts(with: part)))
            case "endsWith": return .json(.bool(text.reversed().starts(with: part.reversed())))
            default: return .json(.bool(part.isEmpty || text.contains(part)))
            }
        }
    }

    private func conversion(
        _ name: String, _ argument: GuardSyntax, at offset: Int
    ) throws(GuardProblem) -> GuardCompiled {
        let compiled = try compile(argument)
        let accepted: [GuardType]
        let result: GuardType
        switch name {
        case "int": (result, accepted) = (.int, [.int, .double, .string, .timestamp])
        case "double": (result, accepted) = (.double, [.int, .double, .string])
        case "bool": (result, accepted) = (.bool, [.bool, .string])
        case "timestamp": (result, accepted) = (.timestamp, [.string, .timestamp])
        case "duration": (result, accepted) = (.duration, [.string, .duration])
        default: (result, accepted) = (.string, [.string, .bool, .int, .double, .timestamp, .duration])
        }
        guard compiled.type == .dyn || accepted.contains(compiled.type.isString ? .string : compiled.type) else {
            throw GuardProblem(.type, at: offset, "'\(name)' cannot convert \(compiled.type)")
        }
        let code = compiled.code
        return GuardCompiled(result) { frame throws(ExpressionError) in
            try GuardConversion.convert(code(frame), to: name)
        }
    }
}
