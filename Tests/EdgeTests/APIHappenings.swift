import TestSupport
import Threads

/// What has happened so far, in order. Tests wait for what they need; what happened before they asked counts too.
final class Happenings<Element: Sendable>: Sendable {
    private struct State: Sendable {
        var elements: [Element] = []
        var waiters: [Reply<Void>] = []
    }

    private let state = Locked(State())

    var all: [Element] { state.withLock { $0.elements } }

    func add(_ element: Element) {
        let waiters = state.withLock { state in
            state.elements.append(element)
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resolve(.success(())) }
    }

    /// What `pick` finds in all that has happened, as soon as it finds something.
    func wait<Found: Sendable>(
        for what: String, within limit: Duration = .seconds(60), _ pick: @escaping @Sendable ([Element]) -> Found?
    ) async throws -> Found {
        try await TestSupport.within(limit, what) { [self] in
            while true {
                let change = Reply<Void>()
                let elements = state.withLock { state in
                    state.waiters.append(change)
                    return state.elements
                }
                if let found = pick(elements) { return found }
                try await change.value
            }
        }
    }

    /// The n-th of those that satisfy a condition, counted from 1.
    func number(
        _ number: Int, of what: String, within limit: Duration = .seconds(60),
        where condition: @escaping @Sendable (Element) -> Bool = { _ in true }
    ) async throws -> Element {
        try await wait(for: "\(what) number \(number)", within: limit) { elements in
            elements.filter(condition).dropFirst(number - 1).first
        }
    }
}

/// Lets a few in at a time: each service has connections to a Postgres that all tests of the process share.
final class Turnstile: Sendable {
    private struct State: Sendable {
        var free: Int
        var waiting: [Reply<Void>] = []
    }

    private let state: Locked<State>

    init(_ places: Int) { state = Locked(State(free: places)) }

    func enter() async throws {
        let turn = Reply<Void>()
        let isFree = state.withLock { state in
            guard state.free > 0 else {
                state.waiting.append(turn)
                return false
            }
            state.free -= 1
            return true
        }
        if !isFree { try await turn.value }
    }

    func leave() {
        let next = state.withLock { state -> Reply<Void>? in
            if !state.waiting.isEmpty { return state.waiting.removeFirst() }
            state.free += 1
            return nil
        }
        next?.resolve(.success(()))
    }
}
