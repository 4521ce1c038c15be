/// A locked value that closures and tasks can share.
package final class Shared<Value: Sendable>: Sendable {
    private let locked: Locked<Value>

    package init(_ value: Value) { locked = Locked(value) }

    package var value: Value { locked.withLock { $0 } }

    package func set(_ value: Value) { locked.withLock { $0 = value } }

    package func withLock<Result: Sendable>(_ body: (inout Value) -> Result) -> Result {
        locked.withLock { body(&$0) }
    }
}
