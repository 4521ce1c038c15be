import ChartFormat
import ChartLint
import JSONValue
import Testing

/// How findings are written.
struct ChartReportTests {
    private let warned = untyped("initial: a\nstates:\n  a: {after: {0: b}}\n  b: {type: final}\n")
    private let broken = untyped("initial: a\nstates:\n  a: {after: {0: c}}\n  b: {type: final}\n")
    private let clean = untyped("initial: a\nstates:\n  a: {after: {1s: b}}\n  b: {type: final}\n")

    private func report(_ text: String) -> ChartReport {
        ChartReport(text: text, file: "my charts/x.yaml", vocabulary: Charts.vocabulary)
    }

    @Test func `text is what compilers write`() {
        let lines = report(warned).text.split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines[0].hasPrefix("my charts/x.yaml:5:15: warning[timer-zero]: a timer of no length"))
        #expect(lines[1].hasPrefix("my charts/x.yaml: ok, chart 'test' with 3 states, digest "))
        #expect(lines[1].hasSuffix(", 0 errors, 1 warning"))
        let refused = report(broken).text.split(separator: "\n")
        #expect(refused[0].hasPrefix("my charts/x.yaml:5:18: error[target]: "))
        #expect(refused.last == "my charts/x.yaml: refused, 1 error")
    }

    @Test func `errors fail, warnings only when they shall`() {
        #expect(report(clean).isAcceptable(strict: true))
        #expect(report(warned).isAcceptable(strict: false) && !report(warned).isAcceptable(strict: true))
        #expect(!report(broken).isAcceptable(strict: false))
        let loop = untyped("initial: a\nstates:\n  a: {always: b}\n  b: {always: a}\n")
        #expect(!report(loop).isAcceptable(strict: false))
    }

    @Test func `JSON holds the same`() {
        let json = report(warned).json
        #expect(json["warnings"] == 1 && json["errors"] == 0 && json["id"] == "test" && json["states"] == 3)
        #expect(json["findings"]?[0]?["code"] == "timer-zero" && json["findings"]?[0]?["line"] == 5)
        #expect(report(broken).json["digest"] == .null)
    }

    @Test func `SARIF has the shape that code hosts expect`() throws {
        for text in [warned, broken, clean] {
            let sarif = report(text).sarif
            #expect(sarif["version"] == "2.1.0")
            let run = try #require(sarif["runs"]?[0])
            let rules = try #require(run["tool"]?["driver"]?["rules"]?.array)
            #expect(Set(rules.map { $0["id"]?.string }).count == rules.count)
            for rule in rules { #expect(rule["shortDescription"]?["text"]?.string?.isEmpty == false) }
            for result in try #require(run["results"]?.array) {
                let index = try #require(result["ruleIndex"]?.int)
                #expect(rules[Int(index)]["id"] == result["ruleId"])
                #expect(["error", "warning"].contains(result["level"]))
                let place = try #require(result["locations"]?[0]?["physicalLocation"])
                #expect(place["artifactLocation"]?["uri"] == "my%20charts/x.yaml")
                #expect(place["region"]?["startLine"]?.int ?? 0 > 0 && place["region"]?["startColumn"]?.int ?? 0 > 0)
            }
        }
        #expect(report(warned).sarif["runs"]?[0]?["results"]?.array?.count == 1)
    }

    @Test func `codes are words joined by hyphens, each with a title`() {
        for code in LintCode.allCases {
            #expect(code.rawValue.wholeMatch(of: /[a-z]+(-[a-z]+)*/) != nil)
            #expect(code.title.hasSuffix("."))
        }
    }
}
