/// Waits until an outside process has done something that it cannot tell us: looks again after a short pause.
///
/// For system tests only. Whatever runs inside the test's own process offers a signal to wait for.
package func eventually(
    _ what: String = "the condition", within limit: Duration = .seconds(10), every pause: Duration = .milliseconds(20),
    _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    while try await !condition() {
        guard ContinuousClock.now < deadline else { throw TestFailure("\(what) did not hold within \(limit)") }
        try await Task.sleep(for: pause)
    }
}

/// Fails when the work takes longer: a test that hangs says what it was waiting for.
package func within<R: Sendable>(
    _ limit: Duration, _ what: String = "the work", _ work: @escaping @Sendable () async throws -> R
) async throws -> R {
    try await withThrowingTaskGroup(of: R.self) { group in
        group.addTask { try await work() }
        group.addTask {
            try await Task.sleep(for: limit)
            throw TestFailure("\(what) took longer than \(limit)")
        }
        defer { group.cancelAll() }
        guard let result = try await group.next() else { throw TestFailure("\(what) did not run") }
        return result
    }
}
