import JSONValue
import Statechart

extension GuardCompiler {
    /// `list.all(x, …)`, `exists`, `exists_one`, `filter` and `map`.
    func macro(
        _ name: String, _ receiver: GuardSyntax, _ arguments: [GuardSyntax], at offset: Int
    ) throws(GuardProblem) -> GuardCompiled {
        guard arguments.count == 2, case .name(let variable) = arguments[0].kind else {
            throw GuardProblem(
                .expression, at: offset, "'\(name)' takes a variable and an expression: list.\(name)(x, …)")
        }
        guard locals.count < GuardLimits.macroDepth else {
            throw GuardProblem(
                .limit, at: offset, "'\(name)' is nested more than \(GuardLimits.macroDepth) levels deep")
        }
        let taken = environment.systemNames + locals.map(\.name)
        guard !taken.contains(variable) else {
            throw GuardProblem(.expression, at: arguments[0].offset, "'\(variable)' already means something here")
        }
        let list = try compile(receiver)
        let element: GuardType
        switch list.type {
        case .list(let type): element = type
        case .dyn: element = .dyn
        default: throw GuardProblem(.type, at: offset, "'\(name)' works on lists, found \(list.type)")
        }
        var inner = self
        inner.locals.append((variable, element))
        return try inner.body(name, list.code, element, arguments[1])
    }

    private func body(
        _ name: String, _ list: @escaping GuardCode, _ element: GuardType, _ syntax: GuardSyntax
    ) throws(GuardProblem) -> GuardCompiled {
        if name == "map" {
            let compiled = try storable(syntax)
            return GuardCompiled(.list(compiled.type), GuardMacro.map(list, compiled.code))
        }
        let code = try boolean(syntax)
        switch name {
        case "filter": return GuardCompiled(.list(element), GuardMacro.filter(list, code))
        case "exists_one": return GuardCompiled(.bool, GuardMacro.existsOne(list, code))
        default: return GuardCompiled(.bool, GuardMacro.aggregate(list, code, decisive: name == "exists"))
        }
    }
}

/// The code of the macros. Each visit of an element costs fuel.
enum GuardMacro {
    static func map(_ list: @escaping GuardCode, _ body: @escaping GuardCode) -> GuardCode {
        { frame throws(ExpressionError) in
            var results: [JSON] = []
            for element in try list(frame).list() {
                results.append(try body(frame.visiting(element)).json())
            }
            return .json(.array(results))
        }
    }

    static func filter(_ list: @escaping GuardCode, _ body: @escaping GuardCode) -> GuardCode {
        { frame throws(ExpressionError) in
            var results: [JSON] = []
            for element in try list(frame).list() where try body(frame.visiting(element)).bool() {
                results.append(element)
            }
            return .json(.array(results))
        }
    }

    static func existsOne(_ list: @escaping GuardCode, _ body: @escaping GuardCode) -> GuardCode {
        { frame throws(ExpressionError) in
            var count = 0
            for element in try list(frame).list() where try body(frame.visiting(element)).bool() { count += 1 }
            return .json(.bool(count == 1))
        }
    }

    /// `exists` and `all`: an element that decides makes the errors of others irrelevant, as with `||` and `&&`.
    static func aggregate(
        _ list: @escaping GuardCode, _ body: @escaping GuardCode, decisive: Bool
    ) -> GuardCode {
        { frame throws(ExpressionError) in
            var problem: ExpressionError?
            for element in try list(frame).list() {
                let visit = try frame.visiting(element)
                do throws(ExpressionError) {
                    if try body(visit).bool() == decisive { return .json(.bool(decisive)) }
                } catch {
                    problem = problem ?? error
                }
            }
            if let problem { throw problem }
            return .json(.bool(!decisive))
        }
    }
}

extension GuardFrame {
    fileprivate func visiting(_ element: JSON) throws(ExpressionError) -> GuardFrame {
        try fuel.spend()
        var inner = self
        inner.locals.append(element)
        return inner
    }
}
