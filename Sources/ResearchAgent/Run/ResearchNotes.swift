import Crypto
import JSONValue
import Texts

/// Everything that one research has found so far. A value: what it means is decided without any waiting.
package struct ResearchNotes: Sendable {
    struct Query: Sendable, Hashable {
        let claim: String
        let text: String
        let results: Int
        let error: String?
    }

    struct Hit: Sendable, Hashable {
        enum Status: String, Sendable { case new, read, unread }
        let id: String
        let claim: String
        let query: String
        let rank: Int
        let hit: SearchHit
        let domain: String
        var status = Status.new
    }

    struct Source: Sendable, Hashable {
        let id: String
        let hit: Hit
        let page: Page
        let retrievedAt: Timestamp
        let isSuspect: Bool

        var text: String? { page.content?.text }
        var title: String { page.content?.title.isEmpty == false ? page.content?.title ?? "" : hit.hit.title }
    }

    static let sourceLimit = 40
    static let hitLimit = 99

    let task: ResearchTask
    private(set) var queries: [Query] = []
    private(set) var hits: [Hit] = []
    private(set) var sources: [Source] = []
    var openQuestions: [String] = []

    package init(_ task: ResearchTask) { self.task = task }

    var readSources: [Source] { sources.filter { $0.text != nil } }

    func hit(_ id: String) -> Hit? { hits.first { $0.id == id } }

    func hasAsked(_ query: String) -> Bool {
        queries.contains { NormalizedText($0.text).text == NormalizedText(query).text }
    }

    mutating func add(_ answer: Result<SearchAnswer, SearchFailure>, claim: String, query: String) {
        var found = 0
        if case .success(let answer) = answer {
            found = answer.hits.count
            for (index, hit) in answer.hits.enumerated() where hits.count < Self.hitLimit {
                guard !hits.contains(where: { $0.hit.url == hit.url }),
                    let domain = WebAddress(hit.url)?.domain
                else { continue }
                hits.append(
                    Hit(
                        id: "r\(hits.count + 1)", claim: claim, query: query, rank: index + 1, hit: hit, domain: domain)
                )
            }
        }
        var error: String?
        if case .failure(let failure) = answer { error = failure.description.capped(200) }
        queries.append(Query(claim: claim, text: query, results: found, error: error))
    }

    mutating func add(_ page: Page, of id: String, at moment: Timestamp) {
        guard let index = hits.firstIndex(where: { $0.id == id }) else { return }
        hits[index].status = page.content == nil ? .unread : .read
        // Two results may lead to one page: it is one source.
        let isKnown =
            page.finalURL.map { url in sources.contains { $0.page.finalURL == url && $0.text != nil } } ?? false
        guard sources.count < Self.sourceLimit, !isKnown else { return }
        let isSuspect = page.content.map { InstructionPhrases.occur(in: $0.text) } ?? false
        sources.append(
            Source(
                id: "s\(sources.count + 1)", hit: hits[index], page: page, retrievedAt: moment, isSuspect: isSuspect))
    }

    /// The results that are read when the model names none: the best of each claim, sites that were not read first.
    func unreadHits(_ limit: Int) -> [Hit] {
        let known = Set(readSources.map(\.hit.domain))
        let fresh = hits.filter { $0.status == .new && !known.contains($0.domain) }.sorted { $0.rank < $1.rank }
        var domains: Set<String> = []
        return Array(fresh.filter { domains.insert($0.domain).inserted }.prefix(limit))
    }

    /// Whether every search failed: then nothing is known about the claims, not even that there is nothing.
    var isUnanswered: Bool { !queries.isEmpty && queries.allSatisfy { $0.error != nil } }
}

// MARK: What the model is told

extension ResearchNotes {
    func planning(queriesLeft: Int, pagesLeft: Int) -> JSON {
        [
            "post": task.post, "claims": claimsJSON,
            "queries": .array(
                queries.map {
                    [
                        "claim_id": .string($0.claim), "query": .string($0.text), "results": .int(Int64($0.results)),
                        "error": JSON($0.error),
                    ]
                }),
            "results": .array(shownHits.map(Self.result)),
            "open_questions": .array(openQuestions.map { .string($0) }),
            "left": ["queries": .int(Int64(queriesLeft)), "pages": .int(Int64(pagesLeft))],
        ]
    }

    /// All that were looked at, and the newest of the others: each step shows them again.
    private var shownHits: [Hit] {
        let fresh = Set(hits.filter { $0.status == .new }.suffix(Self.shownLimit).map(\.id))
        return hits.filter { $0.status != .new || fresh.contains($0.id) }
    }

    private static let shownLimit = 30

    private static func result(_ hit: Hit) -> JSON {
        var result: JSONObject = [
            "result_id": .string(hit.id), "claim_id": .string(hit.claim), "title": .string(hit.hit.title.capped(150)),
            "domain": .string(hit.domain), "status": .string(hit.status.rawValue),
        ]
        if hit.status == .new {
            result["excerpt"] = .string(hit.hit.excerpt.capped(250))
            result["published_at"] = JSON(hit.hit.publishedAt)
        }
        return .object(result)
    }

    /// The documents share what there is room for; of a longer one there are the parts that speak to the claims.
    func evidence(characters: Int) -> JSON {
        let documents = readSources
        let words = Excerpt.words(task.claims.map(\.text) + queries.map(\.text))
        var left = characters
        var cut: [String: Int] = [:]
        for (index, source) in documents.sorted(by: { $0.text?.count ?? 0 < $1.text?.count ?? 0 }).enumerated() {
            let share = max(0, left / (documents.count - index))
            let length = min(source.text?.scalarCount ?? 0, share)
            cut[source.id] = length
            left -= length
        }
        return [
            "post": task.post, "claims": claimsJSON,
            "documents": .array(
                documents.map { source in
                    [
                        "source_id": .string(source.id), "title": .string(source.title),
                        "domain": .string(source.hit.domain), "published_at": JSON(source.page.content?.publishedAt),
                        "text": .string(Excerpt.of(source.text ?? "", limit: cut[source.id] ?? 0, words: words)),
                    ]
                }),
        ]
    }

    private var claimsJSON: JSON {
        .array(task.claims.map { ["claim_id": .string($0.id), "text": .string($0.text)] })
    }
}
