import HTTPClient

/// Which URLs a subscription may have. Where a host's name leads is judged at each connection, by the client.
package struct WebhookAddress: Sendable {
    /// Hosts with their ports that may have any address, and plain HTTP: `hooks.internal:8080`.
    package let allowed: Set<String>

    package init(allowed: [String]) { self.allowed = Set(allowed.map { $0.lowercased() }) }

    package var addresses: AddressGuard { AddressGuard(allowed: allowed) }

    /// Why a URL is not taken; nil when it is.
    package func refusal(of text: String) -> String? {
        guard text.utf8.count <= 2000 else { return "is longer than 2000 bytes" }
        guard !text.contains("#"), let url = WebURL(text) else {
            return "must be an absolute https:// URL without user name and fragment"
        }
        guard url.scheme == "https" || allowed.contains(url.place) else {
            return "must begin with https://; plain HTTP is for hosts that the setting webhooks.allowed_hosts names"
        }
        guard !allowed.contains(url.place), let address = Self.literal(url.host), !AddressGuard.isPublic(address) else {
            return nil
        }
        return "names an address that is not public; the setting webhooks.allowed_hosts can allow \(url.place)"
    }

    /// The bytes of a host that is an IPv4 address; others are judged when they are connected to.
    private static func literal(_ host: String) -> [UInt8]? {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        guard parts.count == 4, !parts.contains(nil) else { return host == "localhost" ? [127, 0, 0, 1] : nil }
        return parts.compactMap(\.self)
    }
}
