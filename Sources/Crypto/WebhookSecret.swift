/// A symmetric secret of Standard Webhooks 1.0.0: the bytes behind `whsec_…`. Its text never leaves by `description`.
package struct WebhookSecret: Sendable, Hashable, CustomStringConvertible {
    package let bytes: [UInt8]

    package init(bytes: [UInt8]) { self.bytes = bytes }

    /// Reads `whsec_<base64>`, or the base64 alone as the reference libraries do; nil when it is neither.
    package init?(_ text: String) {
        let encoded = text.hasPrefix("whsec_") ? text.dropFirst(6) : Substring(text)
        guard let bytes = Base64.decode(encoded), !bytes.isEmpty else { return nil }
        self.bytes = bytes
    }

    /// A text for peers that know no signatures and send back what they were given, derived for a purpose: nobody gets from
    /// it to the secret or to the text of another purpose. 64 hexadecimal digits.
    package func token(_ purpose: String) -> String {
        Digest.hex(Digest.hmacSHA256(Array("rejoinder \(purpose)".utf8), key: bytes))
    }

    /// The form in which the secret is handed to the other side.
    package var exposed: String { "whsec_" + Base64.encode(bytes) }
    package var description: String { "whsec_…" }
}
