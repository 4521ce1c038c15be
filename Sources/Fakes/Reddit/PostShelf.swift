import JSONValue

/// All submissions, oldest first, and how many of them may be seen yet.
///
/// With several waves a growing prefix of the posts is listed, so that the scans of a client overlap and repeat. A wave
/// ends when each community was listed once in it, or when the same listing was asked for a third time.
struct PostShelf: Sendable {
    /// Reddit's listings end after about this many items.
    static let listingCap = 1000
    static let patience = 3

    private(set) var posts: [FakePost] = []
    private var index: [String: Int] = [:]
    /// Lower-case names, and each as its community writes it.
    private(set) var communities: [String: String] = [:]
    private(set) var wave = 0
    let waves: Int
    private var listedInWave: [String: Int] = [:]
    /// First pages served, by community.
    private(set) var listings: [String: Int] = [:]

    /// Takes posts in any order; each gets its wave by age.
    init(_ posts: [FakePost], waves: Int) {
        self.waves = max(1, waves)
        let sorted = posts.sorted { ($0.created, $0.name) < ($1.created, $1.name) }
        for (rank, post) in sorted.enumerated() {
            var post = post
            post.wave = rank * self.waves / max(1, sorted.count)
            self.posts.append(post)
        }
        reindex()
    }

    var released: Int { posts.count { isVisible($0) } }

    subscript(name: String) -> FakePost? { index[name].map { posts[$0] } }

    func isVisible(_ post: FakePost) -> Bool { post.wave <= wave && !post.isRemoved }

    /// Adds posts that may be seen at once; known names are left alone.
    mutating func add(_ added: [FakePost]) {
        var names = Set(index.keys)
        let fresh = added.filter { names.insert($0.name).inserted }
        guard !fresh.isEmpty else { return }
        posts = (posts + fresh).sorted { ($0.created, $0.name) < ($1.created, $1.name) }
        reindex()
    }

    mutating func change(_ name: String, _ body: (inout FakePost) -> Void) -> Bool {
        guard let at = index[name] else { return false }
        body(&posts[at])
        return true
    }

    mutating func advance(to next: Int? = nil) {
        wave = min(next ?? wave + 1, waves - 1)
        listedInWave = [:]
    }

    /// Notes that a first page is asked for, and lets the next wave in when this one has been seen.
    mutating func noteFirstPage(of names: [String]?) {
        let keys = (names.map { $0.map { $0.lowercased() } } ?? Array(communities.keys)).filter {
            communities[$0] != nil
        }
        let isSeen = keys.allSatisfy { listedInWave[$0] != nil } && listedInWave.count == communities.count
        let isAskedOften = !keys.isEmpty && keys.allSatisfy { listedInWave[$0, default: 0] >= Self.patience }
        if isSeen || isAskedOften { advance() }
        for key in keys {
            listedInWave[key, default: 0] += 1
            listings[communities[key] ?? key, default: 0] += 1
        }
    }

    /// One page of `/new`, newest first, of the named communities (in any case) or of all.
    func page(of names: [String]?, after: String?, before: String?, limit: Int) -> Page<FakePost> {
        let wanted = names.map { Set($0.map { $0.lowercased() }) }
        let all = posts.reversed().lazy
            .filter { isVisible($0) && wanted?.contains($0.communityKey) ?? true }
            .prefix(Self.listingCap)
        return Page(Array(all), after: after, before: before, limit: limit) { $0.name }
    }

    private mutating func reindex() {
        index = Dictionary(posts.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
        for post in posts { communities[post.communityKey] = post.community }
    }
}
