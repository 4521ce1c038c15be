internal import CMicroHTTPD

/// Reads the headers libmicrohttpd has parsed. On its thread, within the access handler.
func connectionHead(_ connection: OpaquePointer, method: String, target: String, version: String) -> RequestHead {
    var head = RequestHead(method: method, target: target, version: version, headers: HTTPFields())
    withUnsafeMutablePointer(to: &head) { head in
        _ = MHD_get_connection_values_n(connection, .HEADER_KIND, collectHeader, head)
    }
    return head
}

/// Called once per header, synchronously; the bytes are lent.
private let collectHeader: MHD_KeyValueIteratorN = { context, _, name, nameSize, value, valueSize in
    guard let head = context?.assumingMemoryBound(to: RequestHead.self) else { return .NO }
    let name = String(decoding: UnsafeRawBufferPointer(start: name, count: name == nil ? 0 : nameSize), as: UTF8.self)
    let bytes = UnsafeRawBufferPointer(start: value, count: value == nil ? 0 : valueSize)
    if !RequestHead.isToken(name) || !RequestHead.isValue(bytes) { head.pointee.isMalformed = true }
    head.pointee.headers.append(name, String(decoding: bytes, as: UTF8.self))
    return .YES
}

/// Queues the answer. False: libmicrohttpd would not take it.
func connectionQueue(_ connection: OpaquePointer, _ response: ServerResponse) -> Bool {
    let raw = response.body.withUnsafeBytes { bytes in
        MHD_create_response_from_buffer(
            bytes.count, UnsafeMutableRawPointer(mutating: bytes.baseAddress), .RESPMEM_MUST_COPY)
    }
    guard let raw else { return false }
    defer { MHD_destroy_response(raw) }
    for (name, value) in response.headers where isAllowed(name) { addHeader(raw, name, value) }
    if response.connection == .close { addHeader(raw, "Connection", "close") }
    return MHD_queue_response(connection, UInt32(finalStatus(response)), raw) == .YES
}

/// The answer as it is on the wire, for a connection that is closed after it.
func wireForm(_ response: ServerResponse) -> [UInt8] {
    // The reason phrase may be empty.
    var head = "HTTP/1.1 \(finalStatus(response)) \r\n"
    for (name, value) in response.headers where isAllowed(name) { head += "\(name): \(sanitised(value))\r\n" }
    head += "Content-Length: \(response.body.count)\r\nConnection: close\r\n\r\n"
    return Array(head.utf8) + response.body
}

private let reserved = ["Content-Length", "Transfer-Encoding", "Connection"]

private func isAllowed(_ name: String) -> Bool {
    RequestHead.isToken(name) && !reserved.contains { HTTPFields.same($0, name) }
}

/// An interim status would leave the client waiting, and no other has three digits.
private func finalStatus(_ response: ServerResponse) -> Int {
    (200...999).contains(response.status) ? response.status : 500
}

private func addHeader(_ response: OpaquePointer, _ name: String, _ value: String) {
    _ = MHD_add_response_header(response, name, sanitised(value))
}

/// A control character would end the header, or make libmicrohttpd leave it out: it becomes a space.
private func sanitised(_ value: String) -> String {
    String(decoding: value.utf8.map { $0 < 0x20 || $0 == 0x7f ? 0x20 : $0 }, as: UTF8.self)
}
