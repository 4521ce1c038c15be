import Glibc

/// One TCP connection. libmicrohttpd's slot for the connection retains it until it is closed.
final class Peer: Sendable {
    let descriptor: Int32
    let address: String

    init(descriptor: Int32, address: String) {
        self.descriptor = descriptor
        self.address = address
    }

    /// On libmicrohttpd's thread: what the socket does not take at once is not sent.
    func write(_ bytes: [UInt8]) {
        _ = send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
    }
}
