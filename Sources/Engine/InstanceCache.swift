import Store
import Threads

/// What one lane remembers of the posts that it wrote last, so that the next event of a busy post needs no reading.
///
/// A guess, never the truth: another node may have written since. What is made from it counts only when the commit finds
/// the revision unchanged, and what would be answered without a commit is read again first.
final class InstanceCache: Sendable {
    /// Two generations: when the young one is full it becomes the old one, and what was old is forgotten.
    private struct State: Sendable {
        var young: [PostID: Instance] = [:]
        var old: [PostID: Instance] = [:]
    }

    private let state = Locked(State())
    private let limit: Int

    /// `limit` instances in each generation.
    init(limit: Int) { self.limit = limit }

    func instance(_ post: PostID) -> Instance? {
        state.withLock { $0.young[post] ?? $0.old[post] }
    }

    func remember(_ instance: Instance) {
        state.withLock { state in
            if state.young.count >= limit, state.young[instance.id] == nil {
                state.old = state.young
                state.young = [:]
            }
            state.young[instance.id] = instance
        }
    }

    func forget(_ post: PostID) {
        state.withLock { state in
            state.young[post] = nil
            state.old[post] = nil
        }
    }
}
