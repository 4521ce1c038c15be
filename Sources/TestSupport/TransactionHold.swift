import Glibc
import Threads

/// One transaction that a ``DatabaseProxy`` keeps back, until it is told to let go: its last words on their way to the
/// server, or the server's answer to them.
package final class TransactionHold: Sendable {
    package enum Place: Sendable {
        /// The server has carried out all but the COMMIT, which it waits for with all locks held.
        case beforeCommit
        /// It is committed, and the client does not know.
        case afterCommit
    }

    private enum Stage: Sendable {
        case looking, taken, holding, released
    }

    /// Execute of the COMMIT and Sync: what a flush ends with.
    private static let end = 10 + 5
    private static let sync: [UInt8] = [UInt8(ascii: "S"), 0, 0, 0, 4]

    private let text: [UInt8]
    private let place: Place
    private let stage = Locked(Stage.looking)

    package init(_ text: String, _ place: Place) {
        self.text = Array(text.utf8)
        self.place = place
    }

    /// Whether the transaction has been met and is kept back.
    package var isHolding: Bool { stage.withLock { $0 == .holding } }

    package func release() { stage.withLock { $0 = .released } }

    /// Whether this is the transaction: the first one that is met. Called on a proxy's thread, as what follows.
    package func takes(_ request: ArraySlice<UInt8>) -> Bool {
        guard stage.withLock({ $0 == .looking }), request.firstRange(of: text) != nil else { return false }
        return stage.withLock { stage in
            guard stage == .looking else { return false }
            stage = .taken
            return true
        }
    }

    /// How many bytes of the flush may pass at once.
    func pass(request: ArraySlice<UInt8>) -> Int {
        guard place == .beforeCommit else { return request.count }
        if isHolding { wait() }
        guard stage.withLock({ $0 == .taken }), request.suffix(Self.sync.count).elementsEqual(Self.sync),
            request.count > Self.end
        else { return request.count }
        stage.withLock { $0 = .holding }
        return request.count - Self.end
    }

    package func waitBeforeAnswer() {
        guard place == .afterCommit, stage.withLock({ $0 == .taken }) else { return }
        stage.withLock { $0 = .holding }
        wait()
    }

    private func wait() {
        while isHolding { _ = poll(nil, 0, 5) }
    }
}
