import Foundation
import Glibc
import Threads

/// A connection that says exactly what a test wants it to say. It blocks on threads of its own: the cooperative pool is
/// the service's.
final class RawSocket: Sendable {
    private let descriptor: Int32

    init(port: UInt16) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, size) }
        }
        var patience = timeval(tv_sec: 30, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    func send(_ text: String) { send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) { _ = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) }

    /// Says that nothing more will be sent; answers can still be read.
    func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Ends the connection in both directions.
    func end() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    /// What comes until the connection ends; a timeout reads as "TIMEOUT".
    func receiveAll() async -> String {
        let reply = Reply<String>()
        Thread.detachNewThread { [descriptor] in
            var text = ""
            var bytes = [UInt8](repeating: 0, count: 65_536)
            while true {
                let count = recv(descriptor, &bytes, bytes.count, 0)
                if count == 0 || (count < 0 && errno == ECONNRESET) { break }
                if count < 0 {
                    text += "TIMEOUT"
                    break
                }
                text += String(decoding: bytes[..<count], as: UTF8.self)
            }
            reply.resolve(.success(text))
        }
        return (try? await reply.value) ?? ""
    }
}
