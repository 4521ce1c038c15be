import Glibc

/// Owns a TCP socket of 127.0.0.1, which programs that are started do not inherit.
final class LoopbackSocket: Sendable {
    let descriptor: Int32

    /// Takes over the descriptor.
    init(taking descriptor: Int32) { self.descriptor = descriptor }

    private convenience init() throws {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        self.init(taking: socket(AF_INET, kind, 0))
        guard descriptor >= 0 else { throw TestFailure("no socket: errno \(errno)") }
    }

    deinit { close(descriptor) }

    /// A socket bound to a free port.
    static func bound() throws -> (socket: LoopbackSocket, port: UInt16) {
        let socket = try LoopbackSocket()
        var port: UInt16 = 0
        let result = withAddress(port: 0) { address, length in
            guard bind(socket.descriptor, address, length) == 0 else { return false }
            var size = length
            guard getsockname(socket.descriptor, address, &size) == 0 else { return false }
            port = address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                UInt16(bigEndian: $0.pointee.sin_port)
            }
            return true
        }
        guard result else { throw TestFailure("no port: errno \(errno)") }
        return (socket, port)
    }

    /// A connection to whoever listens there; nil when nobody does.
    static func connected(to port: UInt16) -> LoopbackSocket? {
        guard let socket = try? LoopbackSocket() else { return nil }
        let isConnected = withAddress(port: port) { connect(socket.descriptor, $0, $1) == 0 }
        return isConnected ? socket : nil
    }

    /// Waits for the next connection; nil when the socket is shut down.
    func accepted() -> LoopbackSocket? {
        while true {
            let fresh = accept(descriptor, nil, nil)
            if fresh >= 0 {
                _ = fcntl(fresh, F_SETFD, FD_CLOEXEC)
                return LoopbackSocket(taking: fresh)
            }
            guard errno == EINTR || errno == ECONNABORTED else { return nil }
        }
    }

    /// Waits for bytes; nil at the end or when the connection is broken.
    func receive(into buffer: inout [UInt8]) -> ArraySlice<UInt8>? {
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count > 0 { return buffer[..<count] }
            guard count < 0, errno == EINTR else { return nil }
        }
    }

    /// Sends all of the bytes; false when the connection is broken.
    func send(_ bytes: ArraySlice<UInt8>) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                return false
            }
        }
        return true
    }

    /// Whoever waits in a call on the socket comes back; `how` as in `shutdown(2)`.
    func shutDown(_ how: Int) { _ = shutdown(descriptor, Int32(how)) }

    /// Closing it tells the other side that the connection is broken, not that it has ended.
    func resetWhenClosed() {
        var at = linger(l_onoff: 1, l_linger: 0)
        _ = setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &at, socklen_t(MemoryLayout<linger>.size))
    }

    /// Small packets go at once: a proxy must not add delays of its own.
    func sendAtOnce() {
        var on: Int32 = 1
        _ = setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    private static func withAddress<R>(port: UInt16, _ body: (UnsafeMutablePointer<sockaddr>, socklen_t) -> R) -> R {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        return withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
