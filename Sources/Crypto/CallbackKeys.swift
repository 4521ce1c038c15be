/// Derives the secret of each callback from master keys, so that no secret lies in the database.
///
/// The callback URL names the key that was current when the attempt began; older keys stay in the ring until no
/// attempt that used them can still report.
package struct CallbackKeys: Sendable {
    /// One master key and the short name under which callback URLs refer to it.
    package struct MasterKey: Sendable {
        package let id: String
        package let bytes: [UInt8]

        /// The id is the beginning of the key's digest: it names the key and tells nothing about it.
        package init(bytes: [UInt8]) {
            self.bytes = bytes
            id = String(Digest.hex(Digest.sha256(bytes)).prefix(8))
        }
    }

    private let ring: [MasterKey]

    /// - Parameter ring: the current key first; must not be empty.
    package init(ring: [MasterKey]) {
        precondition(!ring.isEmpty, "callbacks need at least one master key")
        self.ring = ring
    }

    package var currentID: String { ring[0].id }

    /// A key for another purpose of the service's own, under the current master key.
    package func key(for purpose: String) -> [UInt8] {
        Digest.hkdfSHA256(key: ring[0].bytes, info: "rejoinder \(purpose)", count: 32)
    }

    /// The secret of one attempt of one job under a key of the ring; nil when the ring holds no such key.
    package func secret(job: String, attempt: Int, keyID: String) -> WebhookSecret? {
        guard let key = ring.first(where: { $0.id == keyID }) else { return nil }
        return WebhookSecret(
            bytes: Digest.hkdfSHA256(key: key.bytes, info: "rejoinder callback \(job)/\(attempt)", count: 32))
    }

    /// The secret of a subscription to webhooks: another one with each generation. Nil when the ring holds no such key.
    package func secret(subscription: String, generation: Int, keyID: String) -> WebhookSecret? {
        guard let key = ring.first(where: { $0.id == keyID }) else { return nil }
        return WebhookSecret(
            bytes: Digest.hkdfSHA256(
                key: key.bytes, info: "rejoinder subscription \(subscription)/\(generation)", count: 32))
    }
}
