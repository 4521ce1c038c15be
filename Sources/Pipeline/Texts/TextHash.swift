import Crypto

/// Digests and sizes of texts.
package enum TextHash {
    /// SHA-256 of the UTF-8 bytes, in lower-case hexadecimal.
    package static func of(_ text: String) -> String { Digest.sha256Hex(text) }
}

extension String {
    /// The first `limit` Unicode scalars: what JSON Schema's `maxLength` counts.
    func capped(_ limit: Int) -> String {
        guard utf8.count > limit, unicodeScalars.count > limit else { return self }
        return String(String.UnicodeScalarView(unicodeScalars.prefix(limit)))
    }

    var scalarCount: Int { unicodeScalars.count }
}
