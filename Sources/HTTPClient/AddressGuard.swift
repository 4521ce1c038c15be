/// Which addresses a client may connect to when its URLs come from outside: public ones, and places that the operator
/// has named.
///
/// The address itself is judged, after the name was resolved and right before the connection is made: other spellings
/// of an address, names that resolve to another one the second time, and redirects make no difference.
package struct AddressGuard: Sendable, Hashable {
    /// Hosts with their ports that may have any address, as they stand in URLs: `localhost:8080`.
    package let allowed: Set<String>

    package init(allowed: Set<String> = []) { self.allowed = Set(allowed.map { $0.lowercased() }) }

    /// Whether a request for a URL's place may go to an address of 4 or 16 bytes.
    package func permits(_ address: [UInt8], of place: String) -> Bool {
        Self.isPublic(address) || allowed.contains(place.lowercased())
    }

    /// Whether anybody on the internet may have this address, by IANA's registries of special-purpose addresses.
    /// What is no address is not public.
    package static func isPublic(_ address: [UInt8]) -> Bool {
        switch address.count {
        case 4: !four.contains { $0.contains(address) }
        case 16: unicast.contains(address) && !six.contains { $0.contains(address) }
        default: false
        }
    }

    private struct Block: Sendable {
        let start: [UInt8]
        let bits: Int

        init(_ start: [UInt8], _ bits: Int) {
            self.start = start
            self.bits = bits
        }

        func contains(_ address: [UInt8]) -> Bool {
            (0..<(bits + 7) / 8).allSatisfy { index in
                let kept = min(8, bits - index * 8)
                let mask = UInt8(truncatingIfNeeded: 0xFF << (8 - kept))
                let wanted = index < start.count ? start[index] : 0
                return address[index] & mask == wanted & mask
            }
        }
    }

    private static let four = [
        Block([0], 8), Block([10], 8), Block([100, 64], 10), Block([127], 8), Block([169, 254], 16),
        Block([172, 16], 12), Block([192, 0, 0], 24), Block([192, 0, 2], 24), Block([192, 31, 196], 24),
        Block([192, 52, 193], 24), Block([192, 88, 99], 24), Block([192, 168], 16), Block([192, 175, 48], 24),
        Block([198, 18], 15), Block([198, 51, 100], 24), Block([203, 0, 113], 24), Block([224], 4), Block([240], 4),
    ]

    /// All of IPv6 that is given out for use between hosts. Loopback, unique local, link-local, multicast, mapped IPv4
    /// and NAT64 lie outside.
    private static let unicast = Block([0x20], 3)
    private static let six = [
        // Protocol assignments with Teredo and ORCHID, documentation, 6to4, documentation.
        Block([0x20, 0x01, 0x00], 23), Block([0x20, 0x01, 0x0D, 0xB8], 32), Block([0x20, 0x02], 16),
        Block([0x26, 0x20, 0x00, 0x4F, 0x80, 0x00], 48), Block([0x3F, 0xFF, 0x00], 20),
    ]
}
