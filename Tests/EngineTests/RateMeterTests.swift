import Store
import TestSupport
import Testing
import Threads

@testable import Engine

@Suite struct RateMeterTests {
    /// Owners one after the other, each with draws that take their time, on what the store keeps.
    private struct Relay {
        let rate: EndpointRate
        var random: Seeded
        var now = ContinuousClock.now
        /// What the store holds, as a moment.
        var drawn: ContinuousClock.Instant?
        var starts: [ContinuousClock.Instant] = []

        /// Wants to start as often as it may, and moves on to what comes next.
        mutating func own(for time: Duration, isIdle: Bool) {
            var meter = RateMeter(rate)
            let end = now + time
            while now < end {
                if isIdle, Int.random(in: 0..<4, using: &random) == 0 {
                    now += .milliseconds(Int.random(in: 0...3000, using: &random))
                }
                if let length = meter.draw(beside: 0, at: now) {
                    let began = now
                    now += .microseconds(Int.random(in: 0...20_000, using: &random))
                    let written = now
                    let before = drawn.map { $0 - written } ?? .zero
                    drawn = max(drawn ?? written + length, written + length)
                    now += .microseconds(Int.random(in: 0...20_000, using: &random))
                    // An answer that is lost: what was drawn is nobody's.
                    if Int.random(in: 0..<10, using: &random) == 0 { continue }
                    meter.drew(length, before: before, began: began, ended: now)
                }
                if meter.tokens(at: now) > 0 {
                    meter.take(at: now)
                    starts.append(now)
                } else {
                    now = max(now + .microseconds(100), meter.next(after: now) ?? now)
                }
            }
        }

        /// The most starts that any time of the rate's length holds.
        var worst: Int {
            var (worst, first) = (0, 0)
            for (last, start) in starts.enumerated() {
                while start - starts[first] >= .microseconds(rate.microseconds) { first += 1 }
                worst = max(worst, last - first + 1)
            }
            return worst
        }
    }

    @Test(arguments: ["1/s", "7/s", "100/s", "2500/s", "60/min", "1/min", "1000/h"])
    func `no time of a rate's length holds more starts than it allows, whoever owns the endpoint`(
        _ text: String
    ) throws {
        let rate = try #require(EndpointRate(text))
        var total = 0
        for seed in 1...20 {
            var relay = Relay(rate: rate, random: Seeded(seed: UInt64(seed)))
            for _ in 0..<6 {
                let time = Int.random(in: 1...Int(rate.microseconds * 2), using: &relay.random)
                relay.own(for: .microseconds(time), isIdle: seed % 2 == 0)
            }
            #expect(relay.worst <= rate.count, "seed \(seed)")
            total += relay.starts.count
        }
        #expect(total > 20)
    }

    @Test(arguments: ["10/s", "600/min", "2500/s"])
    func `an owner that stays gets nearly all of the rate`(_ text: String) throws {
        let rate = try #require(EndpointRate(text))
        var relay = Relay(rate: rate, random: Seeded(seed: 5))
        relay.own(for: .microseconds(rate.microseconds * 3), isIdle: false)
        #expect(relay.starts.count >= rate.count * 2)
    }

    @Test(arguments: ["", "60", "0/s", "60/day", "-1/min", "60/min/", "1.5/s", "100001/s", " 60/min"])
    func `what is not a rate is none`(_ text: String) { #expect(EndpointRate(text) == nil) }
}
