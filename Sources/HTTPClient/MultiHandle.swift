internal import CCurl

/// Owns a `CURLM`. Only ``wake()`` may be called off the curl thread.
final class MultiHandle: @unchecked Sendable {
    private let raw: OpaquePointer?

    init(maximumConnections: Int) {
        // Once, before any other call, and from one thread only: a global's initialiser is all that.
        _ = globalInit
        raw = curl_multi_init().map { OpaquePointer($0) }
        let most = max(1, min(maximumConnections, Int(Int32.max)))
        // By default curl keeps four connections per transfer running at the moment, and closes the others after use.
        _ = c_curl_multi_setopt_long(pointer, CURLMOPT_MAXCONNECTS, most)
        _ = c_curl_multi_setopt_long(pointer, CURLMOPT_MAX_TOTAL_CONNECTIONS, most)
    }

    deinit { curl_multi_cleanup(pointer) }

    private var pointer: UnsafeMutableRawPointer? { raw.map { UnsafeMutableRawPointer($0) } }

    func wake() { curl_multi_wakeup(pointer) }

    /// False: the transfer will not run.
    func add(_ easy: UnsafeMutableRawPointer) -> Bool { curl_multi_add_handle(pointer, easy) == CURLM_OK }

    func remove(_ easy: UnsafeMutableRawPointer) { curl_multi_remove_handle(pointer, easy) }

    func perform() {
        var running: Int32 = 0
        curl_multi_perform(pointer, &running)
    }

    /// Until a socket is ready, a timer of curl's is due or somebody calls ``wake()``.
    func wait() { curl_multi_poll(pointer, nil, 0, 60_000, nil) }

    func nextDone() -> (easy: UnsafeMutableRawPointer, code: CURLcode)? {
        var code = CURLE_OK
        guard let easy = c_curl_multi_next_done(pointer, &code) else { return nil }
        return (easy, code)
    }
}

private let globalInit = curl_global_init(Int(CURL_GLOBAL_ALL))
