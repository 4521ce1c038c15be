import Foundation
import Glibc
import Threads

/// A socket that says exactly what a test wants it to say. It blocks, but on threads of its own: the cooperative pool
/// is the server's.
final class RawClient: Sendable {
    let descriptor: Int32

    /// Connects to a port of 127.0.0.1; a read gives up after `patience` seconds.
    init(port: UInt16, patience: Int = 20) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, size) }
        }
        var time = timeval(tv_sec: patience, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    @discardableResult
    func send(_ text: String) -> Int {
        let bytes = Array(text.utf8)
        return Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// What comes until the text holds for `isEnough` or the connection ends. A timeout reads as "TIMEOUT".
    func receive(until isEnough: @escaping @Sendable (String) -> Bool = { _ in false }) async -> String {
        await offPool { [self] in
            var text = ""
            while !isEnough(text) {
                var bytes = [UInt8](repeating: 0, count: 65_536)
                let count = recv(descriptor, &bytes, bytes.count, 0)
                if count == 0 || (count < 0 && errno == ECONNRESET) { break }
                if count < 0 { return text + "TIMEOUT" }
                text += String(decoding: bytes[..<count], as: UTF8.self)
            }
            return text
        }
    }

    /// Sends the piece every 20 ms until the other side ends the connection; how often it was sent, at most `limit`.
    func trickle(_ piece: String, limit: Int) async -> Int {
        await offPool { [self] in
            for count in 0..<limit {
                var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                if poll(&polled, 1, 20) != 0 { return count }
                send(piece)
            }
            return limit
        }
    }

    /// Makes closing send a reset.
    func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        shutdown(descriptor, Int32(SHUT_RDWR))
    }
}

/// Runs what blocks on a thread of its own.
@discardableResult
func offPool<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
        // Not a dispatch queue: its threads are few, and the cooperative pool's are among them. Where the system is
        // short of threads for a moment, Foundation's would never run and not say so.
        while !WorkerThread.start({ continuation.resume(returning: body()) }) { sched_yield() }
    }
}

/// A listening socket that nobody serves, for what a well-behaved server does not do.
final class RawListener: Sendable {
    let descriptor: Int32
    let port: UInt16

    init() {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        port = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = bind(descriptor, $0, size)
                _ = listen(descriptor, 64)
                _ = getsockname(descriptor, $0, &size)
            }
            return UInt16(bigEndian: pointer.pointee.sin_port)
        }
    }

    deinit { close(descriptor) }

    /// Accepts one connection, reads until a request's empty line, and closes.
    func acceptReadAndClose() async {
        await offPool { [descriptor] in
            let connection = accept(descriptor, nil, nil)
            var text = ""
            while !text.contains("\r\n\r\n") {
                var bytes = [UInt8](repeating: 0, count: 65_536)
                let count = recv(connection, &bytes, bytes.count, 0)
                if count <= 0 { break }
                text += String(decoding: bytes[..<count], as: UTF8.self)
            }
            close(connection)
        }
    }
}
