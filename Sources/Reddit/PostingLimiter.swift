import Engine
import JSONValue
import Logging
import Pipeline
import Store
import Threads

/// Says when a comment may go out: reserves its slot among the limits of the account and the community.
///
/// Asked by the owner of the account's endpoint only, so that what it holds in memory is all there is; each reservation
/// is written with the transition that it belongs to. A slot of a job that ended before it came up is lost.
package final class PostingLimiter: Admitter {
    fileprivate struct State: Sendable {
        var plan: SlotPlan
        /// Communities whose stored limits are in the plan, in lower case.
        var read: Set<String> = []
        /// Jobs whose `slot` is no reservation: those that were sent away until a community's limits are read, and those
        /// that came back without having used theirs.
        var unreserved: Set<JobKey> = []
        var given: [JobKey: Given] = [:]
    }

    fileprivate struct Given: Sendable {
        var slot: Timestamp
        var community: String
    }

    /// Slots that can be given back. The oldest are forgotten beyond it: they are lost then, not given twice.
    fileprivate static let mostGiven = 20_000

    private let communities: [String]
    private let load: @Sendable ([String]) async throws -> [String: Timestamp]
    private let logger: Logger
    private let state: Locked<State>

    /// The limits of `communities` are read when this node takes over, those of others with their first job; `load`
    /// reads stored limits, as `store.limits` does.
    package init(
        account: String, limits: SlotPlan.Limits, communities: [String],
        logger: Logger = Logger(label: "posting.limits"),
        load: @escaping @Sendable ([String]) async throws -> [String: Timestamp]
    ) {
        self.communities = communities
        self.load = load
        self.logger = logger
        state = Locked(State(plan: SlotPlan(account: account, limits: limits)))
    }

    /// Another node may have posted until now: everything that is known is read again.
    package func prepare(_ lease: Lease) async throws {
        let known = state.withLock { $0.read }
        try await read(Array(known.union(communities.map { $0.lowercased() })))
    }

    package func prepare(_ jobs: [JobRow]) async {
        let named = Set(jobs.filter { $0.source == JobSource.comment.rawValue }.map { $0.community.lowercased() })
        let unread = state.withLock { named.subtracting($0.read) }
        guard !unread.isEmpty else { return }
        do {
            try await read(unread.sorted())
        } catch {
            logger.warning("limits cannot be read", metadata: ["error": "\(error)"])
        }
    }

    private func read(_ communities: [String]) async throws {
        let keys = state.withLock { $0.plan.keys(communities: communities) }
        var stored: [String: Timestamp] = [:]
        for start in stride(from: 0, to: keys.count, by: 500) {
            stored.merge(try await load(Array(keys[start..<min(start + 500, keys.count)]))) { max($0, $1) }
        }
        state.withLock { state in
            state.plan.load(stored, communities: communities)
            state.read.formUnion(communities)
        }
    }

    package func governs(_ source: String) -> Bool { source == JobSource.comment.rawValue }

    package func admit(_ job: JobRow, endpoint: EndpointRow, now: Timestamp) -> Admission {
        guard endpoint.wireProtocol == CommentPerformer.wireProtocol, job.source == JobSource.comment.rawValue else {
            return .now([])
        }
        return state.withLock { $0.admit(job, now: now) }
    }

    /// Reddit asked the account to wait. The write belongs into the transition that tells of it.
    package func pauseAccount(until moment: Timestamp) -> LimitWrite {
        state.withLock { $0.plan.pause(until: moment) }
    }

    /// Nothing was posted by this attempt, and that is certain: its slot is free again.
    func release(_ job: JobKey, comesBack: Bool) {
        state.withLock { state in
            guard let given = state.given.removeValue(forKey: job) else { return }
            state.plan.giveBack(given.slot, community: given.community)
            if comesBack { state.unreserved.insert(job) }
        }
    }

    /// The attempt may have posted: its slot is used.
    func use(_ job: JobKey) {
        state.withLock { state in
            state.given[job] = nil
            state.unreserved.remove(job)
        }
    }

}

extension PostingLimiter.State {
    fileprivate mutating func admit(_ job: JobRow, now: Timestamp) -> Admission {
        let isReserved = unreserved.remove(job.key) == nil
        let slot = job.input["slot"]?.int.flatMap { $0 > 0 ? Timestamp(microseconds: $0) : nil }
        if isReserved, let slot, !plan.isPaused(at: now) {
            return slot <= now ? .now([]) : .later(until: slot, limits: [], reason: "reserved")
        }
        guard read.contains(job.community.lowercased()) else {
            unreserved.insert(job.key)
            return .later(until: now + .seconds(1), limits: [], reason: "limits_unread")
        }
        // Asked again without having used it: its reservation was not committed, or the account was paused since.
        if let old = given[job.key] { plan.giveBack(old.slot, community: old.community) }
        let reserved = plan.reserve(community: job.community, now: now)
        note(PostingLimiter.Given(slot: reserved.at, community: job.community), job.key)
        guard reserved.at > now else { return .now(reserved.writes) }
        return .later(until: reserved.at, limits: reserved.writes, reason: reserved.reason)
    }

    private mutating func note(_ slot: PostingLimiter.Given, _ job: JobKey) {
        if given.count >= PostingLimiter.mostGiven, let oldest = given.min(by: { $0.value.slot < $1.value.slot }) {
            given[oldest.key] = nil
        }
        given[job] = slot
    }
}
