/// A made-up publisher. The domains are reserved names, which nobody can own.
struct SourceSite: Sendable, Equatable {
    let domain: String
    let publisher: String
    let tier: String

    /// Any three with a distance of three in this list have three domains.
    static let all = [
        SourceSite(domain: "statistics.example", publisher: "Office for Statistics", tier: "official"),
        SourceSite(domain: "dailynews.example", publisher: "The Daily News", tier: "news"),
        SourceSite(domain: "journal.example.org", publisher: "Journal of Measured Things", tier: "peer_reviewed"),
        SourceSite(domain: "factdesk.example.net", publisher: "The Fact Desk", tier: "fact_checker"),
        SourceSite(domain: "encyclopedia.example", publisher: "The Open Encyclopedia", tier: "reference"),
        SourceSite(domain: "archive.example.org", publisher: "The National Archive", tier: "primary"),
        SourceSite(domain: "morningpost.example", publisher: "The Morning Post", tier: "news"),
        SourceSite(domain: "agency.example.net", publisher: "The Public Agency", tier: "official"),
    ]
}
