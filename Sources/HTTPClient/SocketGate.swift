internal import CCurl
import Glibc

/// Opens the sockets of one transfer, to permitted addresses only. Lives on the curl thread; the transfer holds it
/// while curl has its pointer.
final class SocketGate {
    private let addresses: AddressGuard
    private let place: String
    private(set) var hasRefused = false

    init(_ addresses: AddressGuard, url: String) throws(HTTPClientError) {
        guard let url = WebURL(url) else { throw .unusable(CURLE_URL_MALFORMAT) }
        self.addresses = addresses
        place = url.place
    }

    func install(on easy: UnsafeMutableRawPointer) -> CURLcode {
        c_curl_setopt_open_socket(easy, openSocket, Unmanaged.passUnretained(self).toOpaque())
    }

    fileprivate func open(_ address: UnsafeMutablePointer<curl_sockaddr>) -> curl_socket_t {
        guard addresses.permits(Self.bytes(address), of: place) else {
            hasRefused = true
            return -1
        }
        let kind = address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue)
        return socket(address.pointee.family, kind, address.pointee.protocol)
    }

    /// The address in network order; empty for families other than the internet's.
    private static func bytes(_ address: UnsafeMutablePointer<curl_sockaddr>) -> [UInt8] {
        guard let start = c_curl_address(address) else { return [] }
        let raw = UnsafeRawBufferPointer(start: start, count: Int(address.pointee.addrlen))
        switch address.pointee.family {
        case AF_INET where raw.count >= MemoryLayout<sockaddr_in>.size:
            return withUnsafeBytes(of: raw.loadUnaligned(as: sockaddr_in.self).sin_addr) { Array($0) }
        case AF_INET6 where raw.count >= MemoryLayout<sockaddr_in6>.size:
            return withUnsafeBytes(of: raw.loadUnaligned(as: sockaddr_in6.self).sin6_addr) { Array($0) }
        default: return []
        }
    }
}

/// On the curl thread, before each connection is made, once for each address that is tried.
private let openSocket: c_curl_open_socket = { context, _, address in
    guard let context, let address else { return -1 }
    return Unmanaged<SocketGate>.fromOpaque(context).takeUnretainedValue().open(address)
}
