import TestSupport

/// What `docs/conformance.md` says: made from a run, the same for the same results.
struct ConformanceReport {
    private typealias Result = (test: ConformanceCase, verdict: ConformanceVerdict)

    private let automated: [Result]
    private let manual: [Result]
    private let scion: [(test: ScionCase, difference: String?)]

    /// Runs everything.
    init() {
        automated = ConformanceCase.automated.map { ($0, .automated($0)) }
        manual = ConformanceCase.manual.map { test in
            (test, ManualRule.all[test.name].map { .manual(test, $0) } ?? .failed("there is no rule"))
        }
        scion = ScionCase.run.map { test in
            do { return (test, try test.difference()) } catch { return (test, "\(error)") }
        }
    }

    var text: String {
        [head, plan, people, notRun, charts].joined(separator: "\n\n") + "\n"
    }

    private var head: String {
        """
        # Conformance

        This file is written by `make conformance UPDATE=1`, which runs everything that it lists; `make conformance` and
        `make test` fail when the results differ from it. What the importer takes: [scxml.md](scxml.md).

        | | passed | run |
        |---|---|---|
        | W3C SCXML 1.0 implementation report plan, automated | \(passed(automated)) | \(automated.count) |
        | the same, tests that W3C leaves to a person | \(passed(manual)) | \(manual.count) |
        | SCION's test framework, its own charts | \(scion.count { $0.difference == nil }) | \(scion.count) |

        Time is virtual, and the snapshot is stored and read again after every macrostep.
        """
    }

    private var plan: String {
        let buckets = Set(ConformanceCase.run.map(\.bucket)).sorted()
        let rows = buckets.map { bucket in
            let (tests, byHand) = (
                automated.filter { $0.test.bucket == bucket }, manual.filter { $0.test.bucket == bucket }
            )
            let people = byHand.isEmpty ? "" : "\(passed(byHand)) of \(byHand.count)"
            return "| \(bucket) | \(passed(tests)) of \(tests.count) | \(people) |"
        }
        let failures = automated.filter { $0.verdict != .passed }.map { "- \($0.test.file): \($0.verdict)" }
        return """
            ## W3C's plan by class

            The 202 documents of the plan are in our data model by the `conf:` transformation, as in every other. `<conf:script>`
            becomes the assignment that it stands for.

            | class | automated | by hand |
            |---|---|---|
            \(rows.joined(separator: "\n"))

            \(failures.isEmpty ? "No automated document fails." : failures.joined(separator: "\n"))
            """
    }

    private var people: String {
        let rows = manual.map { test, verdict in
            let rule = ManualRule.all[test.name]
            let passes = verdict == .passed ? "yes" : "no: \(rule?.reason ?? "unexpected")"
            return "| \(test.name) | \(rule?.text ?? "") | \(passes) |"
        }
        return """
            ## Tests that W3C leaves to a person

            Each is judged by a rule that stands for the person who reads the log.

            | test | rule | holds |
            |---|---|---|
            \(rows.joined(separator: "\n"))
            """
    }

    private var notRun: String {
        let rows = ConformanceCase.reasons.sorted { $0.key < $1.key }.map { bucket, reason in
            let names = ConformanceCase.all.filter { $0.bucket == bucket }.map(\.name)
            return "| \(bucket) | \(names.count) | \(reason) | \(names.joined(separator: ", ")) |"
        }
        return """
            ## What is not run

            | class | documents | why | which |
            |---|---|---|---|
            \(rows.joined(separator: "\n"))
            | SCION's charts with `<script>` | \(ScionCase.withScript.count) | scripts are not run: such a document is refused | \
            \(ScionCase.withScript.map(\.name).joined(separator: ", ")) |
            """
    }

    private var charts: String {
        let folders = Set(scion.map(\.test.folder)).sorted()
        let rows = folders.map { folder in
            let tests = scion.filter { $0.test.folder == folder }
            return "| \(folder) | \(tests.count { $0.difference == nil }) of \(tests.count) |"
        }
        let failures = scion.compactMap { test, difference in difference.map { "- \(test.name): \($0)" } }
        return """
            ## SCION's charts

            The small JavaScript expressions of these charts are translated by one general translation, which is part of the
            tests. \(ScionCase.judgedByLegacy.sorted().joined(separator: " and ")) are judged by their block `legacySemantics`: the
            other contradicts W3C's algorithm, in which a parallel state is no domain of a transition.

            | folder | passed |
            |---|---|
            \(rows.joined(separator: "\n"))

            \(failures.isEmpty ? "None fails." : failures.joined(separator: "\n"))
            """
    }

    private func passed(_ results: [Result]) -> Int { results.count { $0.verdict == .passed } }
}

extension ScionCase {
    /// The first part of the name.
    var folder: String { String(name.prefix { $0 != "/" }) }
}
