import JSONValue
import Texts

/// The sources of one research, as far as code accepts them, with their texts for as long as quotes are verified.
struct SourceShelf {
    private(set) var sources: [ResearchSource] = []
    /// By source id; a source without a text has none, so its quotes cannot be verified.
    private(set) var texts: [String: NormalizedText] = [:]
    private(set) var flags: [String] = []
    private var addresses: [String: WebAddress] = [:]

    /// Sites whose pages anybody writes. They are shown and never count.
    private static let userGenerated: Set = [
        "reddit.com", "twitter.com", "x.com", "facebook.com", "instagram.com", "tiktok.com", "youtube.com", "quora.com",
        "medium.com", "tumblr.com", "pinterest.com", "4chan.org", "blogspot.com", "substack.com", "discord.com",
        "threads.net", "stackexchange.com", "fandom.com",
    ]

    init(_ proposed: [JSON], suspected: [String], blocked: [String]) throws(ShapeError) {
        var dropped = false
        for json in proposed {
            let text = try Members(json)("text") as String?
            var source = try ResearchSource(json: json)
            guard Citations.ids(in: "[\(source.id)]") == [source.id], addresses[source.id] == nil,
                let address = WebAddress(source.finalURL ?? source.url), WebAddress(source.url) != nil
            else {
                dropped = true
                continue
            }
            Self.judge(&source, address, blocked)
            if suspected.contains(source.id) { source.isInjectionSuspected = true }
            if let text { read(text, into: &source) }
            addresses[source.id] = address
            sources.append(source)
        }
        if dropped { flags.append("source_dropped") }
        if sources.contains(where: \.isInjectionSuspected) { flags.append("instructions_in_sources") }
    }

    /// The domain is what the URL says, and the tier can only be lowered.
    private static func judge(_ source: inout ResearchSource, _ address: WebAddress, _ blocked: [String]) {
        source.domain = address.domain
        source.title = HiddenCharacters.strip(source.title).text
        if userGenerated.contains(address.owner) { source.tier = .userGenerated }
        if blocked.contains(where: { address.domain == $0 || address.domain.hasSuffix("." + $0) }) {
            source.tier = .blocked
        }
    }

    private mutating func read(_ text: String, into source: inout ResearchSource) {
        source.textLength = text.scalarCount
        source.contentHash = TextHash.of(text)
        if InstructionPhrases.occur(in: text) { source.isInjectionSuspected = true }
        texts[source.id] = NormalizedText(text)
    }

    private func reliable(_ id: String) -> ResearchSource? {
        sources.first { $0.id == id && $0.tier.isReliable && !$0.isInjectionSuspected }
    }

    /// Who stands behind a source that evidence may rest on.
    func reliableOwner(of id: String) -> String? { reliable(id).flatMap { addresses[$0.id]?.owner } }

    func isPrimary(_ id: String) -> Bool { reliable(id)?.tier.isPrimary ?? false }
}
