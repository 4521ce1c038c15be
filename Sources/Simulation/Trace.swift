/// What happened in a run: always as a hash, by which two runs are compared, and as lines when somebody reads them.
struct Trace {
    private(set) var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    let isShown: Bool
    private(set) var lines: [String] = []

    init(isShown: Bool) { self.isShown = isShown }

    mutating func add(_ at: Int64, _ line: @autoclosure () -> String, _ numbers: Int64...) {
        mix(UInt64(bitPattern: at))
        for number in numbers { mix(UInt64(bitPattern: number)) }
        guard isShown else { return }
        let milliseconds = String(at / 1000 % 1000)
        let padded = String(repeating: "0", count: 3 - milliseconds.count) + milliseconds
        lines.append("\(at / 1_000_000).\(padded)  \(line())")
    }

    private mutating func mix(_ value: UInt64) {
        hash = (hash ^ value) &* 0x0000_0100_0000_01B3
        hash ^= hash >> 29
    }
}
