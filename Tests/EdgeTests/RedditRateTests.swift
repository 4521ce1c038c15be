import JSONValue
import Testing

@testable import Reddit

@Suite struct RedditRateTests {
    private static let start = Timestamp(seconds: 1_795_450_000)

    private func reading(_ headers: [String: String]) -> RateWindow.Reading { RateWindow.Reading { headers[$0] } }

    @Test func `calls go out while the window has some left, then wait for its end`() {
        var window = RateWindow()
        #expect(window.take(at: Self.start) == .zero)
        window.note(reading(["x-ratelimit-remaining": "2.0", "x-ratelimit-reset": "167"]), at: Self.start)
        #expect(window.take(at: Self.start) == .zero)
        #expect(window.take(at: Self.start) == .zero)
        #expect(window.take(at: Self.start + .seconds(67)) == .seconds(100))
        #expect(window.take(at: Self.start + .seconds(168)) == .zero)
    }

    @Test func `an older answer does not give back what later calls took`() {
        var window = RateWindow()
        window.note(reading(["x-ratelimit-remaining": "1", "x-ratelimit-reset": "100"]), at: Self.start)
        window.note(reading(["x-ratelimit-remaining": "5", "x-ratelimit-reset": "100"]), at: Self.start)
        #expect(window.take(at: Self.start) == .zero)
        #expect(window.take(at: Self.start) > .zero)
    }

    @Test func `scans leave some calls to posting`() {
        var window = RateWindow()
        window.note(reading(["x-ratelimit-remaining": "20", "x-ratelimit-reset": "100"]), at: Self.start)
        #expect(window.take(at: Self.start, reserve: 20) == .seconds(100))
        #expect(window.take(at: Self.start) == .zero)
    }

    @Test(
        arguments: [
            (["retry-after": "4"], 4.5), (["x-ratelimit-remaining": "0", "x-ratelimit-reset": "299"], 299.5),
            ([:], 1.5),
            (["retry-after": "soon"], 1.5), (["retry-after": "nan"], 1.5), (["retry-after": "1e308"], 1.5),
        ] as [([String: String], Double)])
    func `a 429 is waited for as long as it says`(headers: [String: String], seconds: Double) {
        var window = RateWindow()
        #expect(window.refused(reading(headers), at: Self.start, random: 0.5) == .seconds(seconds))
        #expect(window.delay(at: Self.start) == .seconds(seconds))
        #expect(window.delay(at: Self.start + .seconds(seconds)) == .zero)
    }

    @Test func `names of communities are grouped to fit a URL, each once`() {
        let chunks = CommunityNames.chunks(["Science", "science", "a/b", "x", "pics"])
        #expect(chunks == [["Science", "pics"]])
        let many = (0..<250).map { "community_number_\($0)" }
        let groups = CommunityNames.chunks(many)
        #expect(groups.flatMap(\.self) == many)
        #expect(groups.allSatisfy { $0.count <= 100 && $0.joined(separator: "+").utf8.count <= 2_000 })
    }
}
