import ChartFormat
import Statechart

/// Says what is probably not meant so in a chart that the reader has taken.
package enum ChartLinter {
    /// Findings in the order of the file, without those that the file accepts.
    package static func findings(
        in read: ReadChart, file: String, vocabulary: ChartVocabulary
    ) -> [LintFinding] {
        findings(in: read, file: file, vocabulary: vocabulary, parent: nil).sorted { left, right in
            (left.position, left.code.rawValue, left.subject) < (right.position, right.code.rawValue, right.subject)
        }
    }

    private static func findings(
        in read: ReadChart, file: String, vocabulary: ChartVocabulary, parent: Chart?
    ) -> [LintFinding] {
        let subject = LintSubject(read, file: file, vocabulary: vocabulary, parent: parent)
        var found = subject.withoutAccepted(subject.all)
        for (name, child) in read.chart.children {
            guard let places = read.places.children[name] else { continue }
            found += findings(
                in: ReadChart(chart: child, places: places), file: file, vocabulary: vocabulary, parent: read.chart)
        }
        return found
    }
}

extension LintSubject {
    var all: [LintFinding] {
        reachability + endings + loops + guards + eventNames + waiting + regions + contextUse + timerRelations + unused
    }

    /// The findings that nothing accepts, and what is wrong with the acceptances.
    func withoutAccepted(_ found: [LintFinding]) -> [LintFinding] {
        var used = Set<AcceptedFinding>()
        var kept = found.filter { finding in
            let names = [finding.code.rawValue, "\(finding.code.rawValue)/\(finding.subject)"]
            let accepted = places.accepted.filter {
                names.contains($0.name) && graph.isWithin(finding.state, $0.state)
            }
            used.formUnion(accepted)
            return accepted.isEmpty
        }
        for accepted in places.accepted where !used.contains(accepted) {
            let code = accepted.name.split(separator: "/", maxSplits: 1).first.map(String.init) ?? ""
            let isKnown = LintCode(rawValue: code) != nil
            kept.append(
                finding(
                    isKnown ? .staleAcceptance : .unknownAcceptance, state: accepted.state, at: accepted.position,
                    subject: accepted.name,
                    isKnown
                        ? "'\(accepted.name)' is accepted here but not found; remove it, or it will hide the next one"
                        : "there is no finding '\(code)', so this accepts nothing"))
        }
        return kept
    }
}
