import ChartFormat
import SCXML
import Statechart

/// Stands for the person whom W3C asks to read the log.
struct ManualRule: Sendable {
    let text: String
    let holds: @Sendable (ConformanceCase) throws -> Bool
    /// Where we do not do what the test asks for.
    var reason: String?

    var expected: ConformanceVerdict { reason == nil ? .passed : .failed("the rule does not hold") }

    private init(_ text: String, reason: String? = nil, _ holds: @escaping @Sendable (ConformanceCase) throws -> Bool) {
        self.text = text
        self.reason = reason
        self.holds = holds
    }

    static let all: [String: ManualRule] = [
        "178": ManualRule("the log shows both values of the parameter that is given twice") { test in
            try ended(test).log.first?.contains("\"Var1\":[2,3]") == true
        },
        "230": ManualRule("parent and child log the same seven fields, and the name is childToParent") { test in
            let lines = try ended(test).log
            return lines.count == 14 && lines[..<7] == lines[7...] && lines[0].hasSuffix("childToParent")
        },
        "250": ManualRule("the child's two exit handlers log, inner first, and its final state is not entered") {
            test in
            try ended(test).log == ["Exiting sub01", "Exiting sub0"]
        },
        "301": ManualRule("the document is refused, and the message says that scripts are not run") { test in
            let text = try ConformanceDocument.text(test.file)
            return SCXMLReader.check(text: text, file: test.file).contains { $0.message.contains("script") }
        },
        "307": ManualRule(
            "the log says the same of both reads: either both fail or none does",
            reason:
                "an unbound variable is null and can be read, as 5.3.3 says; a member that is not there is an error."
                + " What the assertion itself says holds: reading a member fails before and after binding"
        ) { test in
            let lines = try ended(test).log
            let (errors, others) = (lines.count { $0.hasPrefix("error in") }, lines.count { $0.contains("o error in") })
            return errors == 2 || others == 2
        },
        "313": ManualRule("it ends in the state pass") { try ended($0).snapshot.configuration == ["pass"] },
        "314": ManualRule("it ends in the state pass") { try ended($0).snapshot.configuration == ["pass"] },
        "415": ManualRule("it ends at once, and an event that follows changes nothing") { test in
            var run = try ChartRun(ConformanceDocument.chart(test))
            let before = run.snapshot
            guard run.isFinal else { return false }
            try run.take(Event("event1"))
            return run.snapshot == before && before.configuration == ["final"]
        },
    ]

    private static func ended(_ test: ConformanceCase) throws -> ChartRun {
        var run = try ChartRun(ConformanceDocument.chart(test))
        try run.runToRest()
        return run
    }
}
