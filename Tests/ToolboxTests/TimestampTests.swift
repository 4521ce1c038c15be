import JSONValue
import Testing

@Suite("Moments in texts")
struct MomentTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("2026-11-23T17:05:00Z", 1_795_453_500_000_000),
        ("2026-11-23t17:05:00.5z", 1_795_453_500_500_000), ("2026-11-23 17:05:00.123456789Z", 1_795_453_500_123_456),
        ("2026-11-23T18:05:00+01:00", 1_795_453_500_000_000), ("2026-11-23T15:35:00-01:30", 1_795_453_500_000_000),
        ("1969-12-31T23:59:59Z", -1_000_000),
    ])
    func `RFC 3339 is read`(_ text: String, _ microseconds: Int64) {
        #expect(Timestamp(text)?.microseconds == microseconds)
    }

    @Test(arguments: [
        "", "2026", "2026-11-23", "2026-11-23T17:05:00", "2026-13-23T17:05:00Z", "2026-11-23T24:05:00Z",
        "2026-11-23T17:05:00.Z", "2026-11-23T17:05:00.1234567890Z", "2026-11-23T17:05:00Zx", "x2026-11-23T17:05:00Z",
        "２026-11-23T17:05:00Z", "2026-11-23T17:05:00+0100", "-026-11-23T17:05:00Z",
    ])
    func `what is no moment is none`(_ text: String) { #expect(Timestamp(text) == nil) }

    @Test func `the date of an HTTP header is read in its one form that is not obsolete`() {
        #expect(Timestamp(httpDate: "Fri, 27 Nov 2026 13:00:05 GMT") == Timestamp("2026-11-27T13:00:05Z"))
        #expect(Timestamp(httpDate: "Thu, 01 Jan 1970 00:00:00 GMT") == Timestamp(microseconds: 0))
        let others = [
            "", "now", "Friday, 27-Nov-26 13:00:05 GMT", "Fri Nov 27 13:00:05 2026", "Fri, 27 Nov 2026 13:00:05 UTC",
            "Fri, 27 Nul 2026 13:00:05 GMT", "Fri, 32 Nov 2026 13:00:05 GMT", "Fri, 27 Nov 2026 25:00:05 GMT",
        ]
        for text in others { #expect(Timestamp(httpDate: text) == nil, "\(text)") }
    }
}
