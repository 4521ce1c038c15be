import JSONValue
import Texts

/// Makes the bytes to be posted from a body with citations.
package struct Rendering: Sendable {
    package let body: String
    package let hash: String
    package let hasDisclosure: Bool

    /// Reddit's limit for a comment.
    package static let limit = 10_000

    /// Nil when the body cites an unknown source, or one whose URL cannot be linked.
    package init?(body: String, sources: [ResearchSource], mark: CommentMark, footer: String) {
        let addresses = Dictionary(
            sources.map { ($0.id, WebAddress($0.finalURL ?? $0.url)) }, uniquingKeysWith: { first, _ in first })
        let filled = Citations.filled(HiddenCharacters.strip(body).text) { id in
            guard let address = addresses[id] ?? nil else { return nil }
            return "([\(address.domain)](\(address.linkText)))"
        }
        guard let filled else { return nil }
        let disclosure = footer.isEmpty ? "" : "\(footer) "
        let rendered = "\(filled)\n\n---\n\n\(disclosure)\(mark.reference)"
        self.body = rendered
        hash = TextHash.of(rendered)
        hasDisclosure = !footer.isEmpty && rendered.hasSuffix("\(footer) \(mark.reference)")
    }
}
