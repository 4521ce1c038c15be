/// Makes zlib streams by hand: small ones that grow, and plain ones.
enum DeflateStream {
    /// A stream of so many zero letters `a`, about two hundred times smaller than what it stands for.
    static func bomb(bytes: Int) -> [UInt8] {
        var bits = BitWriter()
        // One final block with the fixed codes.
        bits.put(1, 1)
        bits.put(1, 2)
        bits.putCode(0x30 + 97, 8)
        // Length 258 (symbol 285: code 0b11000101), distance 1 (code 0).
        for _ in 0..<(bytes / 258) {
            bits.putCode(0b1100_0101, 8)
            bits.putCode(0, 5)
        }
        bits.putCode(0, 7)
        return [0x78, 0x9C] + bits.finished() + [0, 0, 0, 0]
    }

    /// The text as it is, in stored blocks.
    static func stored(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        var out: [UInt8] = [0x78, 0x01]
        var place = 0
        repeat {
            let part = bytes[place..<min(bytes.count, place + 65_535)]
            place += part.count
            let length = UInt16(part.count)
            out.append(place == bytes.count ? 1 : 0)
            out += [UInt8(length & 255), UInt8(length >> 8), UInt8(~length & 255), UInt8(~length >> 8)] + part
        } while place < bytes.count
        var (low, high) = (UInt32(1), UInt32(0))
        for byte in bytes {
            low = (low + UInt32(byte)) % 65_521
            high = (high + low) % 65_521
        }
        return out + [UInt8(high >> 8), UInt8(high & 255), UInt8(low >> 8), UInt8(low & 255)]
    }
}

private struct BitWriter {
    private var bytes: [UInt8] = []
    private var current: UInt32 = 0
    private var count: UInt32 = 0

    /// The lowest bit first.
    mutating func put(_ value: UInt32, _ width: UInt32) {
        current |= value << count
        count += width
        while count >= 8 {
            bytes.append(UInt8(truncatingIfNeeded: current))
            current >>= 8
            count -= 8
        }
    }

    /// A Huffman code: its highest bit first.
    mutating func putCode(_ code: UInt32, _ width: UInt32) {
        var reversed: UInt32 = 0
        for bit in 0..<width where code & (1 << bit) != 0 { reversed |= 1 << (width - 1 - bit) }
        put(reversed, width)
    }

    func finished() -> [UInt8] {
        var copy = self
        if copy.count > 0 { copy.put(0, 8 - copy.count) }
        return copy.bytes
    }
}
