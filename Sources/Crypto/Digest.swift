internal import CCrypto

/// Digests, keyed hashes, random bytes and comparison, all by libcrypto.
package enum Digest {
    package static func sha256(_ bytes: some Collection<UInt8>) -> [UInt8] {
        let bytes = Array(bytes)
        var digest = [UInt8](repeating: 0, count: 32)
        precondition(c_sha256(bytes, bytes.count, &digest) == 1, "libcrypto always has SHA-256")
        return digest
    }

    /// Lower-case hexadecimal of ``sha256(_:)``.
    package static func sha256Hex(_ text: String) -> String { hex(sha256(text.utf8)) }

    package static func hmacSHA256(_ bytes: [UInt8], key: [UInt8]) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: 32)
        precondition(c_hmac_sha256(key, key.count, bytes, bytes.count, &code) == 1, "libcrypto always has HMAC")
        return code
    }

    /// HKDF-SHA256 (RFC 5869) with an empty salt: `count` bytes that only the holder of `key` can make from `info`.
    package static func hkdfSHA256(key: [UInt8], info: String, count: Int) -> [UInt8] {
        let info = Array(info.utf8)
        var out = [UInt8](repeating: 0, count: count)
        precondition(
            c_hkdf_sha256(key, key.count, info, info.count, &out, count) == 1,
            "HKDF needs a key and at most 8,160 bytes of output")
        return out
    }

    package static func randomBytes(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        precondition(RAND_bytes(&bytes, Int32(count)) == 1, "the system has no randomness")
        return bytes
    }

    /// Compares in a time that depends on the lengths only.
    package static func constantTimeEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
    }

    package static func hex(_ bytes: some Collection<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
