internal import CCurl

extension HTTPClientError {
    /// What the rest of the program makes of libcurl's codes.
    static func code(of result: CURLcode) -> Code {
        switch result {
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL: .badURL
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .couldNotResolve
        case CURLE_COULDNT_CONNECT: .couldNotConnect
        case CURLE_OPERATION_TIMEDOUT: .timedOut
        case CURLE_FILESIZE_EXCEEDED: .bodyTooLarge
        case CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_PARTIAL_FILE, CURLE_WEIRD_SERVER_REPLY,
            CURLE_HTTP2, CURLE_HTTP2_STREAM, CURLE_UPLOAD_FAILED:
            .connectionBroken
        default: isTLS(result) ? .tls : .other
        }
    }

    private static func isTLS(_ result: CURLcode) -> Bool {
        switch result {
        case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER, CURLE_PEER_FAILED_VERIFICATION,
            CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_ENGINE_SETFAILED, CURLE_SSL_ENGINE_INITFAILED,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_SHUTDOWN_FAILED, CURLE_SSL_CRL_BADFILE, CURLE_SSL_ISSUER_ERROR,
            CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_CLIENTCERT:
            true
        default: false
        }
    }

    /// Whether this result can come before anything was sent. A broken connection always counts as sent.
    static func mayPrecedeSending(_ result: CURLcode) -> Bool {
        switch code(of: result) {
        case .badURL, .couldNotResolve, .couldNotConnect, .tls, .timedOut: true
        default: false
        }
    }
}
