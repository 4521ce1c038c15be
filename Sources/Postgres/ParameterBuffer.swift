/// The parameters of one statement in text form: one buffer for all values, each ended by a NUL as libpq wants it.
struct ParameterBuffer: Sendable {
    /// More than this in one statement is a mistake of ours, not a batch.
    static let maximumBytes = 256 << 20
    /// The protocol counts parameters in 16 bits.
    static let maximumCount = 65_535

    private(set) var bytes: [UInt8] = []
    /// Where each value begins; nil is NULL.
    private(set) var starts: [Int?] = []
    /// Why the parameters cannot be sent.
    private(set) var defect: String?

    var count: Int { starts.count }

    mutating func append(_ value: some SQLValue) {
        let start = bytes.count
        guard value.appendText(to: &bytes) else {
            starts.append(nil)
            return
        }
        starts.append(start)
        if bytes[start...].contains(0) { defect = "parameter $\(count) holds a NUL" }
        if bytes.count > Self.maximumBytes { defect = "the parameters take more than \(Self.maximumBytes) bytes" }
        if count > Self.maximumCount { defect = "more than \(Self.maximumCount) parameters" }
        bytes.append(0)
    }

    /// Lends the values as libpq takes them: one C string each, or nil for NULL.
    func withPointers<R>(_ body: ([UnsafePointer<CChar>?]) -> R) -> R {
        bytes.withUnsafeBytes { buffer in
            body(
                starts.map { start in
                    guard let start, let base = buffer.baseAddress else { return nil }
                    return (base + start).assumingMemoryBound(to: CChar.self)
                })
        }
    }
}
