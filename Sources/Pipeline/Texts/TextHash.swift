import Crypto

/// Digests of texts.
package enum TextHash {
    /// SHA-256 of the UTF-8 bytes, in lower-case hexadecimal.
    package static func of(_ text: String) -> String { Digest.sha256Hex(text) }
}
