import Store

/// What the books say when they are held against each other; all lists are empty after a good run.
struct ChaosAudit: Sendable {
    /// Acknowledged and not there, or said to be posted and not at Reddit.
    var lost: [String] = []
    /// More often than once, or at Reddit without the service's knowledge.
    var doubled: [String] = []
    /// Not at an end, or still running.
    var stuck: [String] = []
    /// Histories with gaps, and what reading them found.
    var broken: [String] = []
    var posts = 0
    var published = 0
    var results = 0
    var agentJobs = 0
    /// How often nobody knew whether a reply had been posted.
    var unknownOutcomes = 0

    init() {}

    init(_ books: ChaosBooks) {
        posts = books.acknowledged.count
        published = books.comments.values.reduce(0, +)
        results = books.results.count
        agentJobs = books.agentJobs.count
        judgePosts(books)
        judgeReplies(books)
        judgeWork(books)
    }

    /// Reads everything once the nodes are gone, each history too.
    static func read(
        _ rig: Rig, _ url: String, settingsOf node: String, _ intake: ChaosIntake
    ) async throws -> ChaosAudit {
        let books = try await ChaosBooks.read(
            url, acknowledged: intake.acknowledged, reddit: rig.folder.file("reddit.jsonl"),
            agent: rig.folder.file("agent.jsonl"))
        var audit = ChaosAudit(books)
        let settings = try rig.loadSettings(of: node)
        let aftermath = try await rig.database.read { try await Aftermath.read($0, settings: settings) }
        audit.broken += aftermath.faults
        audit.unknownOutcomes = aftermath.unknownOutcomes
        if aftermath.published != audit.published {
            audit.broken.append("\(aftermath.published) histories lead to a reply, \(audit.published) are at Reddit")
        }
        return audit
    }

    var isGood: Bool { [lost, doubled, stuck, broken].allSatisfy(\.isEmpty) }

    private mutating func judgePosts(_ books: ChaosBooks) {
        for id in books.acknowledged.sorted() where books.posts[id] == nil { lost.append("post \(id) is gone") }
        for (id, post) in books.posts.sorted(by: { $0.key < $1.key }) {
            if !post.isEnded { stuck.append("post \(id) has not ended") }
            if !post.isGapless { broken.append("post \(id) has gaps in its history") }
        }
        stuck += books.stuck
    }

    private mutating func judgeReplies(_ books: ChaosBooks) {
        for (id, count) in books.replies.sorted(by: { $0.key < $1.key }) {
            if count > 1 { doubled.append("post \(id) has \(count) replies in the service") }
            if books.comments[id] == nil { lost.append("the reply to post \(id) is not at Reddit") }
        }
        for (id, count) in books.comments.sorted(by: { $0.key < $1.key }) {
            if count > 1 { doubled.append("post \(id) has \(count) replies at Reddit") }
            if books.replies[id] == nil { doubled.append("the reply to post \(id) is unknown to the service") }
        }
    }

    private mutating func judgeWork(_ books: ChaosBooks) {
        for (name, count) in books.results.sorted(by: { $0.key < $1.key }) {
            if count > 1 { doubled.append("the result '\(name)' was counted \(count) times") }
            let parts = name.split(separator: " ")
            if parts.first == "research", let attempt = parts.last,
                !books.agentJobs.contains(String(attempt))
            {
                broken.append("the agent knows nothing of '\(name)'")
            }
        }
        if books.load > 0 { stuck.append("endpoints are said to run \(books.load) jobs") }
    }
}
