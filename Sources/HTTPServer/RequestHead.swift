/// What is known of a request before its body, and whether it may go on.
struct RequestHead: Sendable {
    var method: String
    var target: String
    var version: String
    var headers: HTTPFields
    /// A name or value held bytes that must not be there.
    var isMalformed = false

    /// Why the server turns this request away, if it does. libmicrohttpd lets all of these pass.
    func fault(bodyLimit: Int) -> Refusal? {
        if isMalformed || !Self.isToken(method) || target.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7f }) {
            return .malformedHeader
        }
        let hosts = headers.all("Host").count
        if hosts > 1 || (hosts == 0 && version != "HTTP/1.0") { return .missingHost }
        let codings = headers.all("Transfer-Encoding")
        let lengths = headers.all("Content-Length")
        if codings.count + lengths.count > 1 { return .ambiguousLength }
        if let coding = codings.first, !HTTPFields.same(coding, "chunked") { return .ambiguousLength }
        guard let length = lengths.first else { return nil }
        guard !length.isEmpty, length.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return .ambiguousLength }
        return (Int(length) ?? .max) > bodyLimit ? .bodyTooLarge(limit: bodyLimit) : nil
    }

    /// Without the query, and without scheme and authority of an absolute target.
    var path: String { String(Target(target).path) }

    var query: [(name: String, value: String)] { Target(target).query }

    private static let symbols = Set("!#$%&'*+-.^_`|~".utf8)

    /// RFC 9110's `token`.
    static func isToken(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
                default: symbols.contains(byte)
                }
            }
    }

    /// Whether a field's value has no control characters but the tab.
    static func isValue(_ bytes: some Sequence<UInt8>) -> Bool {
        bytes.allSatisfy { ($0 >= 0x20 && $0 != 0x7f) || $0 == 0x09 }
    }
}
