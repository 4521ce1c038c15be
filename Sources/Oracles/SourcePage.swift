import Crypto
import JSONValue

/// A made-up page about a claim.
struct SourcePage {
    let id: String
    let rank: Int
    let site: SourceSite
    let query: String
    /// The sentence that bears on the claim; it stands in ``text`` word for word.
    let quote: String
    let stance: String
    let title: String
    let text: String
    private let slug: String

    init(number: Int, rank: Int, site: SourceSite, claim: String, verdict: String, query: String) {
        id = "s\(number)"
        self.rank = rank
        self.site = site
        self.query = query
        let subject = Excerpt.plain(claim, scalars: 110)
        let year = 2018 + Int(StableHash.of("year", claim, site.domain) % 8)
        quote = Self.quote(subject, verdict, rank: rank, year: year)
        stance = Self.stance(verdict, rank: rank)
        title = Sentence.shortened("\(site.publisher): \(subject)", to: 200)
        slug = String(StableHash.of("page", claim, site.domain), radix: 36)
        text = """
            \(title)

            This page collects what is known about the matter and where the figures come from. It was last looked over \
            in \(year), and the tables behind it are open to everybody.

            Readers have asked about the following statement: \(subject). \(quote) The method is described at the end.

            The figures are rounded. Where two series differ, both are given, and the difference is explained in a note.
            """
    }

    private static func stance(_ verdict: String, rank: Int) -> String {
        switch verdict {
        case "supported": "supports"
        case "mixed": rank % 2 == 1 ? "supports" : "refutes"
        case "missing_context": "context"
        default: "refutes"
        }
    }

    private static func quote(_ subject: String, _ verdict: String, rank: Int, year: Int) -> String {
        let about = Sentence.shortened(subject, to: 90)
        let isFirst = rank == 1
        return switch verdict {
        case "supported":
            isFirst
                ? "The records of \(year) bear this out: \(about)."
                : "An independent count in \(year) came to the same result."
        case "missing_context":
            isFirst
                ? "The figure holds for a single region in \(year) and cannot be carried over to the whole: \(about)."
                : "Read on its own the number misleads, since the base changed in \(year)."
        case "outdated":
            isFirst
                ? "This was so until \(year), when a new count replaced the old one: \(about)."
                : "Since \(year) the newer series gives a clearly lower value."
        case "mixed":
            isFirst
                ? "One survey of \(year) agrees with the statement."
                : "A second survey of \(year) does not agree with it."
        default:
            isFirst
                ? "The records of \(year) do not bear this out: \(about)."
                : "No series that was kept up to \(year) shows anything of the kind."
        }
    }

    func source(retrieved: Timestamp) -> JSON {
        let url = "https://\(site.domain)/\(slug)"
        let day = "2026-0\(1 + StableHash.percent("day", slug) % 9)-1\(StableHash.percent("d", slug) % 10)T08:00:00Z"
        return [
            "source_id": .string(id), "query": .string(query), "rank": .int(Int64(rank)), "url": .string(url),
            "final_url": .string(url), "domain": .string(site.domain), "title": .string(title),
            "publisher": .string(site.publisher), "published_at": .string(day),
            "retrieved_at": .string(retrieved.description), "http_status": 200, "content_type": "text/html",
            "content_sha256": .string(Digest.sha256Hex(text)), "text_ref": nil,
            "text_chars": .int(Int64(text.unicodeScalars.count)), "snippet_only": false, "tier": .string(site.tier),
            "injection_suspected": false, "text": .string(text),
        ]
    }
}
