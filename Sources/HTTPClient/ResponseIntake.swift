/// Puts a response together from what curl hands over, up to its limits.
struct ResponseIntake {
    private let limit: Int
    private var headers = HTTPHeaders()
    private var headerBytes = 0
    private var body: [UInt8] = []
    /// Which limit was overrun, if one was.
    private(set) var fault: String?
    /// The body was not wanted, so none of it was taken.
    private(set) var isUnwanted = false
    private let wantsBody: (@Sendable (HTTPHeaders) -> Bool)?

    /// Far more than any well-meaning server sends.
    private static var headerLimit: Int { 256 * 1024 }

    init(limit: Int, wantsBody: (@Sendable (HTTPHeaders) -> Bool)? = nil) {
        self.limit = limit
        self.wantsBody = wantsBody
    }

    /// False ends the transfer.
    mutating func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
        if body.isEmpty, !bytes.isEmpty, let wantsBody, !wantsBody(headers) {
            isUnwanted = true
            return false
        }
        guard bytes.count <= limit - body.count else {
            fault = "the body is larger than \(limit) bytes"
            return false
        }
        body += bytes
        return true
    }

    /// Called for the status line, each header and the empty line, and for all of these again after a 1xx response.
    mutating func takeHeader(_ bytes: UnsafeRawBufferPointer) -> Bool {
        headerBytes += bytes.count
        guard headerBytes <= Self.headerLimit else {
            fault = "the headers are larger than \(Self.headerLimit) bytes"
            return false
        }
        if bytes.starts(with: "HTTP/".utf8) { headers = HTTPHeaders() }
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), !bytes.starts(with: "HTTP/".utf8) else {
            return true
        }
        headers.append(Self.text(bytes[..<colon]), Self.text(bytes[(colon + 1)...]))
        return true
    }

    func response(status: Int) -> HTTPResponse { HTTPResponse(status: status, headers: headers, body: body) }

    /// Without the blanks around it.
    private static func text(_ bytes: Slice<UnsafeRawBufferPointer>) -> String {
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }
        guard let first = bytes.firstIndex(where: { !isBlank($0) }), let last = bytes.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return String(decoding: bytes[first...last], as: UTF8.self)
    }
}
