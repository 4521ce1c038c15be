import Foundation
import Glibc

/// One HTTP/1.1 connection on a blocking socket, kept open: a load generator that costs as little as can be, so that what
/// is measured is the service.
struct PlainConnection: ~Copyable {
    private let socket: Int32

    /// Connects to a port of this machine.
    init(port: UInt16) throws(BenchError) {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard socket >= 0 else { throw BenchError("no socket: error \(errno)") }
        var on: Int32 = 1
        setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            close(socket)
            throw BenchError("cannot connect to port \(port): error \(errno)")
        }
        self.socket = socket
    }

    deinit { close(socket) }

    /// Sends one request and returns the status of its answer; 0 when the connection broke.
    func exchange(_ request: [UInt8]) -> Int {
        var sent = 0
        while sent < request.count {
            let count = request[sent...].withUnsafeBytes {
                send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return 0 }
            sent += count
        }
        var answer = [UInt8](repeating: 0, count: 4096)
        var length = 0
        while length < answer.count {
            let count = answer[length...].withUnsafeMutableBytes { recv(socket, $0.baseAddress, $0.count, 0) }
            guard count > 0 else { return 0 }
            length += count
            if let status = Self.status(answer[..<length]) { return status }
        }
        return 0
    }

    /// The status of a whole answer; nil while more must come. Answers to callbacks have small bodies, or none.
    private static func status(_ bytes: ArraySlice<UInt8>) -> Int? {
        guard let text = String(validating: bytes, as: UTF8.self), let end = text.range(of: "\r\n\r\n") else {
            return nil
        }
        let head = text[..<end.lowerBound].lowercased()
        var expected = 0
        for line in head.split(separator: "\r\n") where line.hasPrefix("content-length:") {
            expected = Int(line.dropFirst(15).trimmingCharacters(in: .whitespaces)) ?? 0
        }
        guard text[end.upperBound...].utf8.count >= expected else { return nil }
        return head.split(separator: " ").dropFirst().first.flatMap { Int($0) }
    }
}
