import JSONValue
import Statechart

/// What the macros of one evaluation share: their variables, and what they may still do.
/// Lives on the evaluating thread for one evaluation; expressions without macros have none.
final class GuardFrame {
    private var visits = GuardLimits.visits
    private var work = GuardLimits.work
    private var variables = [JSON](repeating: .null, count: GuardLimits.macroDepth)

    func variable(_ slot: Int) -> JSON { variables[slot] }

    /// Gives a macro's variable its next element. `cost` is the size of the expression that comes to be evaluated.
    func visit(_ element: JSON, slot: Int, cost: Int) throws(ExpressionError) {
        guard visits > 0 else {
            throw ExpressionError("the expression visits more than \(GuardLimits.visits) elements")
        }
        visits -= 1
        try spend(cost)
        variables[slot] = element
    }

    /// Pays for what takes longer the larger its operands are.
    func spend(_ cost: Int) throws(ExpressionError) {
        work -= cost
        guard work >= 0 else { throw ExpressionError("the expression takes more than \(GuardLimits.work) steps") }
    }

    /// Pays for looking at a text of so many bytes.
    func spend(bytes: Int) throws(ExpressionError) { try spend(1 + bytes / 16) }
}
