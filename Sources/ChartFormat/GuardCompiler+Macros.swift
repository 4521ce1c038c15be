import JSONValue
import Statechart

extension GuardCompiler {
    /// `list.all(x, …)`, `exists`, `exists_one`, `filter` and `map`, over the elements of a list or the keys of a map.
    func macro(
        _ name: String, _ receiver: GuardSyntax, _ arguments: [GuardSyntax], at offset: Int
    ) throws(GuardProblem) -> GuardCompiled {
        let isLong = name == "map" && arguments.count == 3
        guard arguments.count == 2 || isLong, case .name(let variable) = arguments[0].kind else {
            throw GuardProblem(
                .expression, at: offset, "'\(name)' takes a variable and an expression: list.\(name)(x, …)")
        }
        guard locals.count < GuardLimits.macroDepth else {
            throw GuardProblem(
                .limit, at: offset, "'\(name)' is nested more than \(GuardLimits.macroDepth) levels deep")
        }
        guard !(environment.systemNames + locals.map(\.name)).contains(variable) else {
            throw GuardProblem(.expression, at: arguments[0].offset, "'\(variable)' already means something here")
        }
        let list = try operand(receiver)
        let element: GuardType
        switch list.type {
        case .list(let type): element = type
        case .map, .record: element = .string
        case .dyn: element = .dyn
        default: throw GuardProblem(.type, at: offset, "'\(name)' works on lists and maps, found \(list.type)")
        }
        let cost = arguments.dropFirst().reduce(0) { $0 + $1.size }
        let loop = GuardLoop(list: list.code.value, slot: locals.count, cost: cost)
        var inner = self
        inner.locals.append((variable, element))
        if isLong { return try inner.selection(loop, arguments[1], arguments[2]) }
        return try inner.body(name, loop, element, arguments[1])
    }

    private func selection(
        _ loop: GuardLoop, _ condition: GuardSyntax, _ syntax: GuardSyntax
    ) throws(GuardProblem) -> GuardCompiled {
        let test = try boolean(condition)
        let compiled = try knowing(condition.facts(when: true)).storable(syntax)
        return GuardCompiled(.list(compiled.type), loop.map(compiled.code.stored, where: test))
    }

    private func body(
        _ name: String, _ loop: GuardLoop, _ element: GuardType, _ syntax: GuardSyntax
    ) throws(GuardProblem) -> GuardCompiled {
        if name == "map" {
            let compiled = try storable(syntax)
            return GuardCompiled(.list(compiled.type), loop.map(compiled.code.stored, where: nil))
        }
        let test = try boolean(syntax)
        switch name {
        case "filter": return GuardCompiled(.list(element), loop.filter(test))
        case "exists_one": return GuardCompiled(.bool, loop.existsOne(test))
        default: return GuardCompiled(.bool, loop.aggregate(test, decisive: name == "exists"))
        }
    }
}

/// The code of a macro over the elements of a list. Each visit costs.
struct GuardLoop: Sendable {
    let list: GuardRead<GuardValue>
    /// Which of the frame's variables is the macro's.
    let slot: Int
    /// The size of what is evaluated for each element.
    let cost: Int

    func map(_ body: @escaping GuardRead<JSON>, where test: GuardRead<Bool>?) -> GuardCode {
        let (list, slot, cost) = (list, slot, cost)
        return .value { scope, frame throws(ExpressionError) in
            let frame = frame ?? GuardFrame()
            var results: [JSON] = []
            for element in try list(scope, frame).elements() {
                try frame.visit(element, slot: slot, cost: cost)
                if let test, try !test(scope, frame) { continue }
                results.append(try body(scope, frame))
            }
            return .json(.array(results))
        }
    }

    func filter(_ test: @escaping GuardRead<Bool>) -> GuardCode {
        let (list, slot, cost) = (list, slot, cost)
        return .value { scope, frame throws(ExpressionError) in
            let frame = frame ?? GuardFrame()
            var results: [JSON] = []
            for element in try list(scope, frame).elements() {
                try frame.visit(element, slot: slot, cost: cost)
                if try test(scope, frame) { results.append(element) }
            }
            return .json(.array(results))
        }
    }

    func existsOne(_ test: @escaping GuardRead<Bool>) -> GuardCode {
        let (list, slot, cost) = (list, slot, cost)
        return .bool { scope, frame throws(ExpressionError) in
            let frame = frame ?? GuardFrame()
            var count = 0
            for element in try list(scope, frame).elements() {
                try frame.visit(element, slot: slot, cost: cost)
                if try test(scope, frame) { count += 1 }
            }
            return count == 1
        }
    }

    /// `exists` and `all`: an element that decides makes the errors of others irrelevant, as with `||` and `&&`.
    func aggregate(_ test: @escaping GuardRead<Bool>, decisive: Bool) -> GuardCode {
        let (list, slot, cost) = (list, slot, cost)
        return .bool { scope, frame throws(ExpressionError) in
            let frame = frame ?? GuardFrame()
            var problem: ExpressionError?
            for element in try list(scope, frame).elements() {
                try frame.visit(element, slot: slot, cost: cost)
                do throws(ExpressionError) {
                    if try test(scope, frame) == decisive { return decisive }
                } catch {
                    problem = problem ?? error
                }
            }
            if let problem { throw problem }
            return !decisive
        }
    }
}
