/// One TCP connection. libmicrohttpd's slot for the connection retains it until it is closed.
final class Peer: Sendable {
    let descriptor: Int32
    let address: String

    init(descriptor: Int32, address: String) {
        self.descriptor = descriptor
        self.address = address
    }
}
