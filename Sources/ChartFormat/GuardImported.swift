import JSONValue
import Statechart

/// Expressions of imported SCXML: the same language without declared types.
///
/// Names are resolved when an expression runs. `_event`, `_name`, `_sessionid` and `_ioprocessors` come from the scope;
/// any other name is a variable, which is a member of the scope's context. A name that is not declared, a member that a
/// map does not have, and any member of `_event` before the first event (it is null then) are errors of evaluation.
package enum ImportedExpression {
    /// What no run could ever evaluate: bad syntax, an unknown function.
    package struct Problem: Error, Hashable, CustomStringConvertible {
        package let message: String
        /// Unicode scalars from the start of the text.
        package let offset: Int

        package var description: String { "\(message) (at character \(offset + 1))" }
    }

    /// Compiles a value. `states` are the ids that `In()` may name; it is false for any other.
    package static func compile(_ text: String, states: [String: Int] = [:]) throws(Problem) -> Expression {
        Expression(text, try compiled(text, states))
    }

    /// Compiles a condition: evaluating it is an error when its value is no boolean.
    package static func condition(_ text: String, states: [String: Int] = [:]) throws(Problem) -> Expression {
        let whole = Expression(text, try compiled(text, states))
        let predicate = { @Sendable (scope: Scope) throws(ExpressionError) -> Bool in
            let value = try whole.evaluate(scope)
            guard case .bool(let truth) = value else { throw GuardValue.json(value).mismatch("bool") }
            return truth
        }
        return Expression(whole.text, predicate: predicate) { scope throws(ExpressionError) in
            .bool(try predicate(scope))
        }
    }

    private static func compiled(_ text: String, _ states: [String: Int]) throws(Problem) -> GuardCompiled {
        do throws(GuardProblem) {
            return try GuardCompiler(environment: .imported(states: states)).compile(GuardParser.parse(text))
        } catch {
            throw Problem(message: error.message, offset: error.offset)
        }
    }
}

extension GuardEnvironment {
    /// Where nothing is declared: every type is dynamic, and names mean what the data model holds at run time.
    static func imported(states: [String: Int]) -> GuardEnvironment {
        GuardEnvironment(isImported: true, state: { states[$0] })
    }

    /// Names that a macro's variable may not take.
    var systemNames: [String] {
        isImported ? ["_event", "_name", "_sessionid", "_ioprocessors"] : ["context", "event", "settings", "now"]
    }
}

extension GuardCompiler {
    /// What a name means in imported SCXML.
    func imported(_ name: String) -> GuardCompiled {
        switch name {
        case "_event": GuardCompiled(.dyn, .value { scope, _ in .json(scope.event) })
        case "_name", "_sessionid", "_ioprocessors":
            GuardCompiled(
                .dyn,
                .value { scope, _ throws(ExpressionError) in
                    guard let value = scope.session[name] else { throw ExpressionError("'\(name)' has no value") }
                    return .json(value)
                })
        default:
            GuardCompiled(
                .dyn,
                .value { scope, _ throws(ExpressionError) in
                    guard let value = scope.context[name] else {
                        throw ExpressionError("there is no variable '\(name)'")
                    }
                    return .json(value)
                })
        }
    }

    /// `In()` of imported SCXML: the id may be computed, and an unknown state is not active.
    func importedState(_ argument: GuardSyntax) throws(GuardProblem) -> GuardCompiled {
        let name = try compile(argument).code.string
        let state = environment.state
        return GuardCompiled(
            .bool,
            .bool { scope, frame throws(ExpressionError) in
                guard let id = state(try name(scope, frame)) else { return false }
                return scope.active[id]
            })
    }
}
