import Foundation
import Glibc
import JSONValue
import Store
import TestSupport
import Testing
import Threads

extension Faults {
    /// A node that stands still between two steps, longer than its lease, and then goes on.
    @Suite struct FrozenNode {
        @Test func `a node frozen between committing 'sending' and the request sends nothing when it goes on`()
            async throws
        {
            try await run { world in
                let hold = world.proxy.hold(".sending", .afterCommit)
                let post = try await world.submit()
                try await freeze(world, post, hold)
                hold.release()
                try await takeOver(world, post)
            }
        }

        @Test func `a node frozen between its look at the thread and the request sends nothing when it goes on`()
            async throws
        {
            try await run { world in
                let hold = world.holdThread()
                let post = try await world.submit()
                try await freeze(world, post, hold)
                hold.release()
                try await takeOver(world, post)
            }
        }

        @Test
        func `a node frozen in the midst of a batch holds nobody up for half a minute, and doubles nothing`()
            async throws
        {
            try await run { world in
                let hold = world.proxy.hold(".sending", .beforeCommit)
                let post = try await world.submit()
                try await freeze(world, post, hold)
                // Another's event for the same post must come through while the node still stands and says nothing.
                let began = ContinuousClock.now
                try await eventually("another node writes to the post", within: .seconds(30)) {
                    try await world.isFree(post)
                }
                print("frozen in a batch: its post was free after \(ContinuousClock.now - began)")
                hold.release()
                try await takeOver(world, post)
            }
        }

        private func freeze(_ world: FrozenWorld, _ post: PostID, _ hold: TransactionHold) async throws {
            try await eventually("the first node stands where it should", within: .seconds(30)) { hold.isHolding }
            world.first.process.signal(SIGSTOP)
        }

        /// The second node brings the post to its end; then the first goes on, and nothing changes.
        private func takeOver(_ world: FrozenWorld, _ post: PostID) async throws {
            try await Posts.untilEnded(world.second, count: 1)
            let before = try await world.trace(post)
            #expect(before.comments == 1)
            let heard = try await world.heard()
            world.first.process.signal(SIGCONT)
            try await eventually("the first node is heard of again", within: .seconds(20)) {
                try await world.heard() > heard
            }
            // Long enough for whatever it had in its hands: it answers, and has asked for work.
            try await eventually("it is ready", within: .seconds(20)) {
                try await JSONClient.ask("GET", world.first.url + "/readyz").status == 200
            }
            await ChaosCluster.rest(.seconds(1))
            #expect(try await world.trace(post) == before)
        }

        private func run(_ body: (FrozenWorld) async throws -> Void) async throws {
            let folder = try TemporaryFolder()
            let rig = try await Rig.make(folder, TestDatabase.make(.postgres, in: folder), FaultNodes.plan())
            try await rig.explained {
                let world = try await FrozenWorld.start(rig)
                try await body(world)
                for service in [world.first, world.second] { try await service.stop() }
                #expect(try await rig.reddit?.state["duplicates"] == [:])
                let settings = try rig.loadSettings(of: FaultNodes.names[0])
                let aftermath = try await rig.database.read { try await Aftermath.read($0, settings: settings) }
                #expect(aftermath.faults == [])
                #expect(aftermath.published == 1)
            }
        }
    }
}

/// Two nodes, of which the first owns everything and reaches the database and Reddit through proxies.
struct FrozenWorld: Sendable {
    /// What must not change after a post's end.
    struct Trace: Equatable {
        let revision: Int64
        let jobs: String
        let comments: Int
    }

    let rig: Rig
    let proxy: DatabaseProxy
    let first: ServiceProcess
    let second: ServiceProcess
    private let nodes: FaultNodes
    private let reddit: TCPProxy
    private let threads: Shared<[TransactionHold]>

    static func start(_ rig: Rig) async throws -> FrozenWorld {
        let url = try #require(rig.reddit?.url)
        let port = try #require(URLComponents(string: url)?.port.flatMap(UInt16.init))
        let threads = Shared<[TransactionHold]>([])
        let reddit = try TCPProxy(to: [port]) {
            let held = Locked<TransactionHold?>(nil)
            var watch = TCPProxy.Watch()
            watch.requests = { bytes in
                if let hold = threads.value.first(where: { $0.takes(bytes) }) { held.withLock { $0 = hold } }
                return bytes.count
            }
            watch.replies = { _ in
                held.withLock { $0 }?.waitBeforeAnswer()
                return true
            }
            return watch
        }
        let proxy = try DatabaseProxy(before: rig.database.setting)
        let nodes = try FaultNodes(rig)
        rig.route(url, through: "http://127.0.0.1:\(reddit.port)")
        let first = try await nodes.start(0, ["database": proxy.url])
        rig.route(url, through: url)
        try await FaultNodes.untilOwner(0, rig.database.setting)
        let second = try await nodes.start(1)
        return FrozenWorld(
            rig: rig, proxy: proxy, first: first, second: second, nodes: nodes, reddit: reddit,
            threads: threads)
    }

    /// Keeps the answer to the first look at a thread back.
    func holdThread() -> TransactionHold {
        let hold = TransactionHold("GET /comments/", .afterCommit)
        threads.withLock { $0.append(hold) }
        return hold
    }

    func submit() async throws -> PostID { try await FaultNodes.submit(1, first, rig) }

    /// Whether somebody else can lock the post now.
    func isFree(_ post: PostID) async throws -> Bool {
        try await ChaosCluster.query(
            rig.database.setting, "SELECT id FROM posts WHERE id = \(post.rawValue) FOR NO KEY UPDATE SKIP LOCKED"
        ).count == 1
    }

    /// When the first node was heard of last.
    func heard() async throws -> Int64 {
        try await ChaosCluster.query(
            rig.database.setting, "SELECT micros_of(heard_at) AS n FROM nodes WHERE name = \(FaultNodes.names[0])")[0]
            .int64("n")
    }

    func trace(_ post: PostID) async throws -> Trace {
        let row = try await ChaosCluster.query(
            rig.database.setting,
            """
            SELECT revision, (SELECT string_agg(concat_ws(' ', number, attempt, phase), ', ' ORDER BY number)
                FROM jobs WHERE post_id = id) AS jobs
            FROM posts WHERE id = \(post.rawValue)
            """)[0]
        let comments = try await rig.reddit?.state["comments"]?.array?.count ?? 0
        return Trace(
            revision: try row.int64("revision"), jobs: try row.optionalString("jobs") ?? "", comments: comments)
    }
}
