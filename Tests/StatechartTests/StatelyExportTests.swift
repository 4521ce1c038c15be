import ChartFormat
import JSONValue
import Statechart
import Testing

/// Machines that Stately Studio exported are read for drawing and exploring, and refused as charts that run.
struct StatelyExportTests {
    private static func read(_ text: String, _ vocabulary: ChartVocabulary = .open) throws -> Chart {
        try ChartReader.read(text: text, file: "export.json", vocabulary: vocabulary, dialect: .xstate)
    }

    @Test(arguments: StatelyExports.all.map(\.name)) func `an export is read as it is`(name: String) throws {
        let text = try #require(StatelyExports.all.first { $0.name == name }).text
        let chart = try Self.read(text)
        #expect(chart.states.count > 2)
        #expect(throws: ChartDiagnostics.self) { try Charts.read(text) }
    }

    @Test func `names that the vocabulary lacks are told one by one`() {
        let found = ChartReader.check(
            text: StatelyExports.form, file: "export.json", vocabulary: Charts.vocabulary, dialect: .xstate)
        let unknown = found.filter { $0.code == .vocabulary }
        #expect(unknown.count == found.count)
        for name in ["action 'focus'", "action 'assignField'", "guard 'isValid'", "guard 'and'", "job 'inline:form"] {
            #expect(unknown.contains { $0.message.contains(name) }, "\(name)")
        }
    }

    @Test func `guards by name are kept as names that have no value`() throws {
        let chart = try Self.read(StatelyExports.form)
        let guards = chart.states.flatMap(\.transitions).compactMap(\.condition)
        #expect(guards.map(\.text) == ["isValid", "and"])
        let scope = Scope(context: [:], event: [:], settings: [:], now: Charts.moment)
        #expect(throws: ExpressionError.self) { try guards[0].evaluate(scope) }
    }

    @Test func `texts in values are texts`() throws {
        let chart = try Self.read(StatelyExports.order)
        let scope = Scope(context: [:], event: [:], settings: [:], now: Charts.moment)
        let input = try #require(chart.states.flatMap(\.invocations).first { $0.id == "ship" }).input
        #expect(try input.map { try $0.value.evaluate(scope) } == ["by air"])
    }

    @Test func `a self target of an export leaves nothing`() throws {
        let chart = try Self.read(StatelyExports.player)
        let skip = try #require(chart.states.flatMap(\.transitions).first { $0.events == [.exact("SKIP")] })
        #expect(skip.targets.isEmpty)
        let fetch = try Self.read(StatelyExports.fetch)
        let again = try #require(fetch.states.flatMap(\.transitions).first { $0.condition?.text == "can retry?" })
        #expect(again.isReentering && fetch.states[again.targets[0]].key == "Loading data")
    }

    @Test func `dots in keys are escaped in targets`() throws {
        let chart = try Self.read(StatelyExports.wizard)
        #expect(chart.states.flatMap(\.transitions).contains { $0.targets.map { chart.states[$0].key } == ["v1.0"] })
    }

    @Test func `what has no place in the model is refused with the construct's name`() {
        for (old, new, expected) in [
            ("\"meta\": {}", "\"activities\": []", "'activities'"), ("\"meta\": {}", "\"route\": {}", "'route'"),
            ("\"target\": \"active\"", "\"target\": \"actve\"", "did you mean 'active'?"),
            ("\"actions\": []", "\"cond\": \"x\"", "write 'guard'"),
            ("\"id\": \"toggle\"", "\"actors\": {}, \"id\": \"toggle\"", "'actors'"),
        ] {
            let found = ChartReader.check(
                text: StatelyExports.toggle.replacing(old, with: new), file: "export.json", vocabulary: .open,
                dialect: .xstate)
            #expect(found.contains { $0.message.contains(expected) }, "\(new): \(found)")
        }
    }
}
