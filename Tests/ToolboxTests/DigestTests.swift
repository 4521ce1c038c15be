import Crypto
import Testing

/// Published vectors: RFC 4231, RFC 4648, RFC 5869, FIPS 180.
@Suite struct DigestTests {
    @Test func `SHA-256 is SHA-256`() {
        #expect(Digest.sha256Hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(Digest.sha256Hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }

    @Test func `HMAC is HMAC`() {
        let code = Digest.hmacSHA256(Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8))
        #expect(Digest.hex(code) == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    }

    @Test func `HKDF is HKDF`() {
        let bytes = Digest.hkdfSHA256(key: Array(repeating: 0x0B, count: 22), info: "", count: 42)
        let expected =
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"
        #expect(Digest.hex(bytes) == expected)
    }

    @Test func `equal is equal, in content and length`() {
        #expect(Digest.constantTimeEqual([], []))
        #expect(Digest.constantTimeEqual([1, 2], [1, 2]))
        #expect(!Digest.constantTimeEqual([1, 2], [1, 3]))
        #expect(!Digest.constantTimeEqual([1, 2], [1, 2, 3]))
    }

    @Test func `random bytes differ`() {
        #expect(Digest.randomBytes(32).count == 32)
        #expect(Digest.randomBytes(32) != Digest.randomBytes(32))
    }

    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func `base64 goes both ways, with and without padding`(plain: String, encoded: String) {
        #expect(Base64.encode(Array(plain.utf8)) == encoded)
        #expect(Base64.decode(encoded) == Array(plain.utf8))
        #expect(Base64.decode(encoded.filter { $0 != "=" }) == Array(plain.utf8))
    }

    @Test(arguments: ["Z", "Zg=", "Zg==Zg==", "Zg==\n", "====", "=", "Zm-v", "Zm_v", "Zm9v=", "Zg===", "é"])
    func `what is not base64 is refused`(text: String) {
        #expect(Base64.decode(text) == nil)
    }

    @Test func `a secret never shows itself`() {
        let secret = WebhookSecret(bytes: Array("very secret".utf8))
        #expect(!"\(secret)".contains(secret.exposed))
        #expect(WebhookSecret(secret.exposed) == secret)
        #expect(WebhookSecret("whsec_") == nil && WebhookSecret("whsec_!") == nil)
    }
}
