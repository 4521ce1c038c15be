/// How much a site's word weighs, by its name alone. Careful: what is not known is `other`.
enum SourceTier {
    static func of(_ domain: String) -> String {
        if isUnder(domain, ["gov", "mil", "int", "europa.eu", "un.org", "gouv.fr", "bund.de", "admin.ch", "gc.ca"])
            || domain.split(separator: ".").dropLast().last.map({ ["gov", "gouv", "govt"].contains($0) }) == true
        {
            return "official"
        }
        if isUnder(domain, journals) { return "peer_reviewed" }
        if isUnder(domain, factCheckers) { return "fact_checker" }
        if isUnder(domain, news) { return "news" }
        if isUnder(domain, references) { return "reference" }
        return isUnder(domain, userGenerated) ? "user_generated" : "other"
    }

    private static func isUnder(_ domain: String, _ names: [String]) -> Bool {
        names.contains { domain == $0 || domain.hasSuffix("." + $0) }
    }

    private static let journals = [
        "nature.com", "science.org", "thelancet.com", "nejm.org", "bmj.com", "pnas.org", "cell.com", "plos.org",
        "jamanetwork.com", "cochranelibrary.com",
    ]
    private static let factCheckers = [
        "snopes.com", "politifact.com", "factcheck.org", "fullfact.org", "correctiv.org", "leadstories.com",
    ]
    private static let news = [
        "reuters.com", "apnews.com", "afp.com", "bbc.com", "bbc.co.uk", "npr.org", "nytimes.com", "theguardian.com",
        "washingtonpost.com", "economist.com", "ft.com", "wsj.com", "dw.com", "lemonde.fr", "spiegel.de",
    ]
    private static let references = ["wikipedia.org", "britannica.com", "ourworldindata.org", "statista.com"]
    private static let userGenerated = [
        "reddit.com", "twitter.com", "x.com", "facebook.com", "instagram.com", "tiktok.com", "youtube.com", "quora.com",
        "medium.com", "tumblr.com", "pinterest.com", "blogspot.com", "substack.com", "discord.com", "threads.net",
        "stackexchange.com", "fandom.com", "wordpress.com",
    ]
}
