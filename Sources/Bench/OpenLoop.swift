/// Offers work at a fixed rate, whether or not the former has been done: what a slow answer delays is counted as late.
struct OpenLoop: Sendable {
    let perSecond: Double
    let duration: Duration

    /// Calls `offer` with the number of each unit at its moment, all due ones together; returns at the end of its time.
    func run(_ offer: @escaping @Sendable (Range<Int>) -> Void) async {
        let began = ContinuousClock.now
        let total = Int((perSecond * (duration / .seconds(1))).rounded())
        var offered = 0
        while true {
            let elapsed = (ContinuousClock.now - began) / .seconds(1)
            if elapsed >= duration / .seconds(1) { return }
            let due = min(total, Int(elapsed * perSecond) + 1)
            if due > offered {
                offer(offered..<due)
                offered = due
            }
            // Up to a millisecond late, which is noise beside what is measured.
            try? await Task.sleep(for: .milliseconds(1))
        }
    }
}
