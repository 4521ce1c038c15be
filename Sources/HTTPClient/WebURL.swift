internal import CCurl

/// An absolute `http` or `https` URL, taken apart by the same parser that connects to it.
package struct WebURL: Sendable, Hashable, CustomStringConvertible {
    /// As it is requested: without a fragment, blanks escaped.
    package let text: String
    package let scheme: String
    /// In lower case; IPv6 in brackets.
    package let host: String
    package let port: Int
    /// Path and query, as in a request's first line.
    package let target: String

    /// Host and port, which decide about connections: `example.org:443`.
    package var place: String { "\(host):\(port)" }
    package var origin: String { "\(scheme)://\(place)" }
    package var description: String { text }

    /// Nil for other schemes, for user names within, and for what is no URL.
    package init?(_ text: String, relativeTo base: WebURL? = nil) {
        guard text.utf8.count <= 8000, let handle = URLHandle() else { return nil }
        if let base { guard handle.set(base.text) else { return nil } }
        guard handle.set(Punycode.url(text)) else { return nil }
        guard let scheme = handle.get(CURLUPART_SCHEME)?.lowercased(), ["http", "https"].contains(scheme),
            handle.get(CURLUPART_USER) == nil, handle.get(CURLUPART_PASSWORD) == nil,
            let host = handle.get(CURLUPART_HOST)?.lowercased(), !host.isEmpty, !host.contains("%"),
            let port = handle.get(CURLUPART_PORT).flatMap({ Int($0) }), handle.drop(CURLUPART_FRAGMENT),
            let whole = handle.get(CURLUPART_URL), let path = handle.get(CURLUPART_PATH)
        else { return nil }
        self.text = whole
        self.scheme = scheme
        self.host = host
        self.port = port
        target = path + (handle.get(CURLUPART_QUERY).map { "?" + $0 } ?? "")
    }
}

/// Owns a `CURLU`.
private struct URLHandle: ~Copyable {
    private let raw: OpaquePointer

    init?() {
        guard let raw = curl_url() else { return nil }
        self.raw = raw
    }

    deinit { curl_url_cleanup(raw) }

    /// A relative URL is resolved against the one that was set before.
    borrowing func set(_ url: String) -> Bool {
        curl_url_set(raw, CURLUPART_URL, url, UInt32(CURLU_URLENCODE)) == CURLUE_OK
    }

    borrowing func drop(_ part: CURLUPart) -> Bool { curl_url_set(raw, part, nil, 0) == CURLUE_OK }

    borrowing func get(_ part: CURLUPart) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        // The port that the scheme implies is one too.
        let flags = part == CURLUPART_PORT ? UInt32(CURLU_DEFAULT_PORT) : 0
        guard curl_url_get(raw, part, &text, flags) == CURLUE_OK, let text else { return nil }
        defer { curl_free(text) }
        return String(cString: text)
    }
}
