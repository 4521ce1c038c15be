import ChartFormat
import Statechart

/// Regions of parallel states that get into each other's way.
extension LintSubject {
    var regions: [LintFinding] { crossings + parallelWrites }

    private var crossings: [LintFinding] {
        transitions.compactMap { state, index, transition in
            let parallel = transition.targets.lazy.compactMap { target -> Int? in
                guard !graph.isWithin(target, state), !graph.isWithin(state, target) else { return nil }
                return graph.commonParallel(state, target)
            }.first
            guard let parallel else { return nil }
            return finding(
                .crossRegionTransition, state: state, at: position(of: index, in: state),
                "this goes from one region of \(name(parallel)) into another: all its regions are left and entered"
                    + " again; raise an event that the other region takes")
        }
    }

    private var parallelWrites: [LintFinding] {
        chart.states.filter { $0.kind == .parallel }.flatMap { parallel -> [LintFinding] in
            var writers: [String: [Int]] = [:]
            for region in parallel.children {
                for key in writes(within: region) { writers[key, default: []].append(region) }
            }
            return writers.filter { $0.value.count > 1 }.sorted { $0.key < $1.key }.map { key, regions in
                let names = regions.map { name($0) }.joined(separator: " and ")
                return finding(
                    .parallelWrite, state: parallel.id, subject: key,
                    "\(names) write context.\(key) in parallel: when one event moves both, the last one wins")
            }
        }
    }

    private func writes(within region: Int) -> Set<String> {
        (region..<chart.states[region].end).reduce(into: Set<String>()) { found, id in
            let state = chart.states[id]
            let actions = state.entry + state.exit + state.initialActions + state.transitions.flatMap(\.actions)
            for action in actions { found.formUnion(action.writes) }
        }
    }
}
