/// The parameters of one statement: one buffer for all values. Single values travel as text, ended by a NUL as libpq
/// wants it; arrays travel in Postgres's binary form, which neither side has to quote or parse.
struct ParameterBuffer: Sendable {
    /// More than this in one statement is a mistake of ours, not a batch.
    static let maximumBytes = 256 << 20
    /// The protocol counts parameters in 16 bits.
    static let maximumCount = 65_535

    private struct Place: Sendable {
        /// Where the value begins; nil is NULL.
        var start: Int?
        /// How long a binary value is; libpq does not look at a text's.
        var length = 0
        var isBinary = false
    }

    private(set) var bytes: [UInt8] = []
    private var places: [Place] = []
    /// Why the parameters cannot be sent.
    private(set) var defect: String?

    var count: Int { places.count }

    mutating func append(_ value: some SQLValue) {
        let start = bytes.count
        guard value.appendText(to: &bytes) else {
            places.append(Place(start: nil))
            return
        }
        places.append(Place(start: start))
        if bytes[start...].contains(0) { defect = "parameter $\(count) holds a NUL" }
        check()
        bytes.append(0)
    }

    /// Appends an array in binary form; `body` writes it and says whether a text in it holds a NUL.
    mutating func appendBinary(_ body: (inout [UInt8]) -> Bool) {
        let start = bytes.count
        let holdsNull = body(&bytes)
        places.append(Place(start: start, length: bytes.count - start, isBinary: true))
        if holdsNull { defect = "parameter $\(count) holds a NUL" }
        check()
    }

    private mutating func check() {
        if bytes.count > Self.maximumBytes { defect = "the parameters take more than \(Self.maximumBytes) bytes" }
        if count > Self.maximumCount { defect = "more than \(Self.maximumCount) parameters" }
    }

    /// Lends the values as libpq takes them: a pointer each, or nil for NULL; their lengths; their formats.
    func withPointers<R>(_ body: ([UnsafePointer<CChar>?], [Int32], [Int32]) -> R) -> R {
        bytes.withUnsafeBytes { buffer in
            let values = places.map { place -> UnsafePointer<CChar>? in
                guard let start = place.start, let base = buffer.baseAddress else { return nil }
                return (base + start).assumingMemoryBound(to: CChar.self)
            }
            return body(values, places.map { Int32($0.length) }, places.map { $0.isBinary ? 1 : 0 })
        }
    }
}
