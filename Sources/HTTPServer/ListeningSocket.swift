import Glibc

/// Owns a listening TCP socket.
final class ListeningSocket: Sendable {
    let descriptor: Int32
    let port: UInt16

    /// The address is numeric, IPv4 or IPv6.
    init(address: String, port: UInt16) throws(HTTPServerError) {
        var bound = try SocketAddress(address, port: port)
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = socket(bound.family, kind, 0)
        guard descriptor >= 0 else { throw .current("socket") }
        do {
            try Self.listen(descriptor, at: bound)
            try bound.read(from: descriptor)
        } catch {
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
        self.port = bound.port
    }

    deinit { close(descriptor) }

    private static func listen(_ descriptor: Int32, at address: SocketAddress) throws(HTTPServerError) {
        // A restart must not wait for the old connections' TIME_WAIT; SO_REUSEPORT would let two servers share a port.
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        guard address.withPointer({ bind(descriptor, $0, $1) }) == 0 else { throw .current("bind") }
        guard Glibc.listen(descriptor, SOMAXCONN) == 0 else { throw .current("listen") }
    }

    enum Arrival {
        case connection(Int32, SocketAddress)
        case nobody
        /// No descriptors or no memory: asking again at once would spin.
        case exhausted
    }

    func accept() -> Arrival {
        while true {
            var address = SocketAddress()
            // libmicrohttpd makes the new socket non-blocking and closed on exec.
            let descriptor = address.fill { Glibc.accept(self.descriptor, $0, $1) }
            if descriptor >= 0 { return .connection(descriptor, address) }
            switch errno {
            case EINTR, ECONNABORTED, EPROTO: continue
            case EMFILE, ENFILE, ENOBUFS, ENOMEM: return .exhausted
            default: return .nobody
            }
        }
    }
}
