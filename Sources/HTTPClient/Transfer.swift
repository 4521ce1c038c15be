internal import CCurl

/// Owns an easy handle with what it has received. Lives on the curl thread; curl holds an unretained pointer to it
/// while it runs.
final class Transfer {
    let easy: UnsafeMutableRawPointer
    let order: Order
    private var intake: ResponseIntake
    private var headerList: UnsafeMutablePointer<curl_slist>?
    private let gate: SocketGate?

    init(_ order: Order, userAgent: String, addresses: AddressGuard?) throws(HTTPClientError) {
        guard let easy = curl_easy_init() else { throw .unusable(CURLE_FAILED_INIT) }
        self.easy = easy
        self.order = order
        intake = ResponseIntake(limit: order.request.maximumBody, wantsBody: order.request.wantsBody)
        gate = try addresses.map { addresses throws(HTTPClientError) in
            try SocketGate(addresses, url: order.request.url)
        }
        try apply(order.request, userAgent)
    }

    deinit {
        curl_easy_cleanup(easy)
        curl_slist_free_all(headerList)
    }

    func result(_ code: CURLcode) -> Result<HTTPResponse, HTTPClientError> {
        if let fault = intake.fault {
            return .failure(
                HTTPClientError(code: .bodyTooLarge, curlCode: Int(code.rawValue), message: fault, wasSent: true))
        }
        guard code == CURLE_OK || intake.isUnwanted else { return .failure(error(code)) }
        return .success(intake.response(status: info(CURLINFO_RESPONSE_CODE)))
    }

    /// Whether bytes of the request may have left by now. curl counts those the socket has taken.
    var wasSent: Bool { info(CURLINFO_REQUEST_SIZE) > 0 || pretransferTime > 0 }

    private func error(_ code: CURLcode) -> HTTPClientError {
        if code == CURLE_COULDNT_CONNECT, let gate, gate.hasRefused {
            return HTTPClientError(
                code: .forbiddenAddress, curlCode: Int(code.rawValue),
                message: "the host's address is not one that may be connected to", wasSent: false)
        }
        return HTTPClientError(
            code: HTTPClientError.code(of: code), curlCode: Int(code.rawValue),
            message: String(cString: curl_easy_strerror(code)),
            wasSent: wasSent || !HTTPClientError.mayPrecedeSending(code))
    }

    private func info(_ info: CURLINFO) -> Int {
        var value = 0
        _ = c_curl_getinfo_long(easy, info, &value)
        return value
    }

    private var pretransferTime: Int {
        var value: curl_off_t = 0
        _ = c_curl_getinfo_offset(easy, CURLINFO_PRETRANSFER_TIME_T, &value)
        return Int(value)
    }
}

// MARK: What curl is told

extension Transfer {
    private func apply(_ request: HTTPRequest, _ userAgent: String) throws(HTTPClientError) {
        try set(CURLOPT_URL, request.url)
        try set(CURLOPT_USERAGENT, userAgent)
        try set(CURLOPT_TIMEOUT_MS, Self.milliseconds(request.timeout))
        try set(CURLOPT_CONNECTTIMEOUT_MS, Self.milliseconds(request.connectTimeout))
        try set(CURLOPT_FRESH_CONNECT, request.reusesConnection ? 0 : 1)
        try set(CURLOPT_FORBID_REUSE, request.reusesConnection ? 0 : 1)
        if request.decompresses {
            // All codings that this libcurl knows.
            try set(CURLOPT_ACCEPT_ENCODING, "")
        }
        try applyPolicy()
        try applyMethod(request)
        try applyHeaders(request.headers)
        try receive()
    }

    /// What holds for every request. The gate is not asked again for a connection that is reused: each client has its
    /// own connections, and what it permits depends on the URL's place alone.
    private func applyPolicy() throws(HTTPClientError) {
        try set(CURLOPT_PROTOCOLS_STR, "http,https")
        try set(CURLOPT_FOLLOWLOCATION, 0)
        // Else a variable of the environment decides where requests go.
        try set(CURLOPT_PROXY, "")
        try set(CURLOPT_NOSIGNAL, 1)
        // Else the end of a transfer waits for its name lookup, and with it every other transfer of this thread.
        try set(CURLOPT_QUICK_EXIT, 1)
        if let gate { try check(gate.install(on: easy)) }
    }

    private func applyMethod(_ request: HTTPRequest) throws(HTTPClientError) {
        let hasBody = !request.body.isEmpty || ["POST", "PUT", "PATCH"].contains(request.method)
        if request.method == "HEAD" && !hasBody {
            // Else curl waits for the body that Content-Length announces.
            return try set(CURLOPT_NOBODY, 1)
        }
        if hasBody {
            try set(CURLOPT_POST, 1)
            // Must come before the copy: it says how much is copied.
            try set(CURLOPT_POSTFIELDSIZE, request.body.count)
            let code = request.body.withUnsafeBytes { bytes in
                bytes.baseAddress.map { c_curl_setopt_pointer(easy, CURLOPT_COPYPOSTFIELDS, $0) }
                    ?? c_curl_setopt_string(easy, CURLOPT_COPYPOSTFIELDS, "")
            }
            try check(code)
        }
        try set(CURLOPT_CUSTOMREQUEST, request.method)
    }

    private func applyHeaders(_ headers: [(String, String)]) throws(HTTPClientError) {
        let given = HTTPHeaders(headers)
        // A name with nothing behind the colon takes away the header that curl would add by itself.
        var lines = ["Expect", "Content-Type"].filter { given[$0] == nil }.map { $0 + ":" }
        // A semicolon stands for a header with an empty value.
        lines += headers.map { name, value in value.isEmpty ? "\(name);" : "\(name): \(value)" }
        for line in lines {
            guard let longer = curl_slist_append(headerList, line) else { throw .unusable(CURLE_OUT_OF_MEMORY) }
            headerList = longer
        }
        try check(c_curl_setopt_list(easy, CURLOPT_HTTPHEADER, headerList))
    }

    private func receive() throws(HTTPClientError) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        try check(c_curl_setopt_write(easy, received, context))
        try check(c_curl_setopt_header(easy, receivedHeader, context))
    }

    fileprivate func take(_ bytes: UnsafeRawBufferPointer) -> Bool { intake.take(bytes) }
    fileprivate func takeHeader(_ line: UnsafeRawBufferPointer) -> Bool { intake.takeHeader(line) }

    private static func milliseconds(_ duration: Duration) -> Int {
        // 0 would mean "no limit" to curl.
        max(1, Int(min(duration, .seconds(1_000_000)) / .milliseconds(1)))
    }

    private func set(_ option: CURLoption, _ value: String) throws(HTTPClientError) {
        try check(c_curl_setopt_string(easy, option, value))
    }

    private func set(_ option: CURLoption, _ value: Int) throws(HTTPClientError) {
        try check(c_curl_setopt_long(easy, option, value))
    }

    private func check(_ code: CURLcode) throws(HTTPClientError) {
        if code != CURLE_OK { throw .unusable(code) }
    }
}

extension HTTPClientError {
    /// The request did not get as far as being started.
    static func unusable(_ code: CURLcode) -> HTTPClientError {
        HTTPClientError(
            code: self.code(of: code), curlCode: Int(code.rawValue), message: String(cString: curl_easy_strerror(code)),
            wasSent: false)
    }
}

/// On the curl thread, from within `curl_multi_perform`; the bytes are lent. Taking fewer ends the transfer.
private let received: c_curl_write_callback = { bytes, size, count, context in
    guard let context else { return 0 }
    let piece = UnsafeRawBufferPointer(start: bytes, count: size * count)
    return Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue().take(piece) ? piece.count : 0
}

/// The same for each header line, the status line included.
private let receivedHeader: c_curl_write_callback = { bytes, size, count, context in
    guard let context else { return 0 }
    let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
    return Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue().takeHeader(line) ? line.count : 0
}
