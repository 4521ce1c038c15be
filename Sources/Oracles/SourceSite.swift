/// A made-up publisher. The names end in a reserved top-level domain: nobody owns them.
struct SourceSite: Sendable, Equatable {
    let domain: String
    let publisher: String
    let tier: String

    static let all = [
        SourceSite(domain: "statistics.example", publisher: "Office for Statistics", tier: "official"),
        SourceSite(domain: "dailynews.example", publisher: "The Daily News", tier: "news"),
        SourceSite(domain: "journal.example", publisher: "Journal of Measured Things", tier: "peer_reviewed"),
        SourceSite(domain: "factdesk.example", publisher: "The Fact Desk", tier: "fact_checker"),
        SourceSite(domain: "encyclopedia.example", publisher: "The Open Encyclopedia", tier: "reference"),
        SourceSite(domain: "archive.example", publisher: "The National Archive", tier: "primary"),
        SourceSite(domain: "morningpost.example", publisher: "The Morning Post", tier: "news"),
        SourceSite(domain: "agency.example", publisher: "The Public Agency", tier: "official"),
    ]
}
