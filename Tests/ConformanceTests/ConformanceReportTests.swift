import Foundation
import JSONValue
import TestSupport
import Testing

@Suite(.tags(.sharedData), .reads(ConformanceCase.folder, documents: 169), .reads(ScionCase.folder, documents: 118))
struct ConformanceReportTests {
    @Test func `the document on conformance says what this run found`() throws {
        let place = Repository.root.appending(path: "docs/conformance.md")
        let text = ConformanceReport().text
        if ProcessInfo.processInfo.environment["REJOINDER_CONFORMANCE_UPDATE"] == "1" {
            try Data(text.utf8).write(to: place)
        }
        let written = (try? String(contentsOf: place, encoding: .utf8)) ?? ""
        let lines = Set(written.split(separator: "\n"))
        let missing = text.split(separator: "\n").first { !lines.contains($0) }
        #expect(
            written == text,
            "docs/conformance.md is not what this run found; write it with 'make conformance UPDATE=1'. It lacks: \(missing ?? "")"
        )
    }

    @Test func `everything of W3C's transformation is known`() throws {
        let map = try JSON.parse(SharedData.bytes("\(ConformanceCase.folder)/conf-map.json"))
        let http = [
            "basicHTTPAccessURITarget", "methodIsPost", "messageBodyEquals", "eventIdParamHasValue",
            "eventNamedParamHasValue",
        ]
        for entry in try #require(map.array) {
            let names = try #require(entry["conf"]?.string).split { ",/ ".contains($0) }.map(String.init)
            let isElement = entry["kind"]?.string?.hasPrefix("element") == true
            for name in names where !http.contains(name) {
                #expect(ConformanceSheet.knows(name, isElement: isElement), "conf:\(name)")
            }
        }
    }
}
