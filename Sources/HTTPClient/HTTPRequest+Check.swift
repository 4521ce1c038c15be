extension HTTPRequest {
    /// What would make libcurl send something else than was meant.
    var fault: String? {
        let scheme = url.prefix { $0 != ":" }.lowercased()
        guard ["http", "https"].contains(scheme), url.dropFirst(scheme.count).hasPrefix("://") else {
            return "the URL is neither http:// nor https://"
        }
        if url.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7f }) { return "the URL has a blank or control character" }
        if !Self.isToken(method) { return "the method is not a token" }
        for (name, value) in headers {
            if !Self.isToken(name) { return "a header's name is not a token" }
            if value.utf8.contains(where: { ($0 < 0x20 && $0 != 0x09) || $0 == 0x7f }) {
                return "header \(name) has a control character"
            }
        }
        return nil
    }

    private static let symbols = Set("!#$%&'*+-.^_`|~".utf8)

    private static func isToken(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
                default: symbols.contains(byte)
                }
            }
    }
}
