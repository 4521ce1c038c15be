import JSONValue
import Statechart

/// Finds the states that targets mean.
extension ChartReading {
    /// The states of a `target`: one text, or a list for several regions. Empty after a diagnostic.
    func targets(_ node: ChartNode, from id: Int) -> [Int] {
        let nodes = node.elements ?? [node]
        if nodes.isEmpty { report(.shape, node.position, "expected at least one target; leave 'target' out to stay") }
        var found: [Int] = []
        for node in nodes {
            guard let text = node.string else {
                report(.shape, node.position, "expected a target (a text), found \(node.kindName)")
                continue
            }
            if let target = target(text, from: id, at: node.position), !found.contains(target) { found.append(target) }
        }
        if found.count > 1 { requireRegions(found, at: node.position) }
        return found
    }

    /// Several targets must lie in different regions of parallel states.
    private func requireRegions(_ targets: [Int], at position: SourcePosition) {
        for (index, left) in targets.enumerated() {
            for right in targets[(index + 1)...] {
                let common = ancestors(left).first { right > $0 && right < states[$0].end }
                let isNested = right < states[left].end && right > left || left < states[right].end && left > right
                guard isNested || common.map({ states[$0].kind != .parallel }) ?? true else { continue }
                report(
                    .target, position,
                    "'\(states[left].path)' and '\(states[right].path)' cannot be active together:"
                        + " they are no regions of a parallel state"
                )
            }
        }
    }

    func ancestors(_ id: Int) -> [Int] {
        var found: [Int] = []
        var next = states[id].parent
        while let parent = next {
            found.append(parent)
            next = states[parent].parent
        }
        return found
    }

    private func target(_ text: String, from id: Int, at position: SourcePosition) -> Int? {
        if text.hasPrefix("#") { return absolute(String(text.dropFirst()), at: position) }
        let start: Int
        var path = text[...]
        if text.hasPrefix(".") {
            start = id
            path = path.dropFirst()
        } else if let parent = states[id].parent {
            start = parent
        } else {
            report(.target, position, "from the root, write '.\(text)' for a child or '#\(text)'")
            return nil
        }
        return descend(Self.path(path), start, at: position)
    }

    /// `#id`, `#key` of the only state of that key, or the chart's own id; each with a path below it.
    func absolute(_ text: String, at position: SourcePosition) -> Int? {
        if isForeign, let declared = declaredIDs[text] { return declared }
        var words = Self.path(text)
        guard !words.isEmpty else {
            report(.target, position, "expected a state's id behind '#'")
            return nil
        }
        let name = words.removeFirst()
        if let declared = declaredIDs[name] { return descend(words, declared, at: position) }
        if name == chartID { return descend(words, 0, at: position) }
        let candidates = keys[name] ?? []
        if let only = candidates.first, candidates.count == 1 { return descend(words, only, at: position) }
        if candidates.isEmpty {
            let known = Set(keys.keys).union(declaredIDs.keys)
            report(.target, position, "there is no state '#\(name)'\(Suggestion.text(for: name, among: known))")
        } else {
            let paths = candidates.map { "'#\(chartID).\(states[$0].path)'" }.joined(separator: ", ")
            report(.target, position, "'#\(name)' could be any of \(paths)")
        }
        return nil
    }

    private func descend(_ words: [String], _ start: Int, at position: SourcePosition) -> Int? {
        var id = start
        for word in words {
            guard let child = states[id].children.first(where: { states[$0].key == word }) else {
                let name = id == 0 ? "the chart" : "the state '\(states[id].path)'"
                let keys = states[id].children.map { states[$0].key }
                report(
                    .target, position,
                    "\(name) has no state '\(word)' within it\(Suggestion.text(for: word, among: keys))")
                return nil
            }
            id = child
        }
        return id
    }

    func fillInitial(_ id: Int, _ found: [String: ChartNode.Member]) {
        guard let node = found["initial"]?.value else {
            let keys = states[id].children.filter { !states[$0].isHistory }.map { states[$0].key }
            let name = id == 0 ? "the chart" : "the state '\(states[id].path)'"
            report(
                .structure, nodes[id].position,
                "\(name) has states, so it needs 'initial'; one of \(keys.joined(separator: ", "))")
            return
        }
        var target = node
        if node.members != nil {
            guard let parts = read(node, .initial) else { return }
            guard let named = parts["target"]?.value else {
                report(.shape, node.position, "'initial' needs a 'target'")
                return
            }
            target = named
            states[id].initialActions = actions(parts["actions"]?.value, of: id)
        }
        let nodes = target.elements ?? [target]
        if nodes.isEmpty { report(.shape, target.position, "expected the key of a child state, found an empty list") }
        let found = nodes.compactMap { initial($0, of: id) }
        if found.count > 1, found.count == nodes.count { requireRegions(found, at: target.position) }
        states[id].initial = found
    }

    /// One state of `initial`: a child's key, a path below this state, or `#id`; never a history.
    private func initial(_ node: ChartNode, of id: Int) -> Int? {
        guard var key = node.string else {
            report(.shape, node.position, "expected the key of a child state, found \(node.kindName)")
            return nil
        }
        if key.hasPrefix(".") { key.removeFirst() }
        let children = states[id].children.filter { !states[$0].isHistory }
        if let child = children.first(where: { states[$0].key == key }) { return child }
        guard key.hasPrefix("#") || key.contains(".") else {
            let keys = children.map { states[$0].key }
            report(.target, node.position, "'\(key)' is no child state here\(Suggestion.text(for: key, among: keys))")
            return nil
        }
        let state =
            key.hasPrefix("#")
            ? absolute(String(key.dropFirst()), at: node.position) : descend(Self.path(key), id, at: node.position)
        guard let state else { return nil }
        if states[state].isHistory || state <= id || state >= states[id].end {
            report(.target, node.position, "'initial' names a state within this one, which is no history")
            return nil
        }
        return state
    }

    /// A history without a memory goes to its own target, else to where its parent starts.
    func fillHistory(_ id: Int, _ found: [String: ChartNode.Member]) {
        guard let parent = states[id].parent else { return }
        guard let node = found["target"]?.value else {
            places.states[id].hasDefault = false
            // The parent comes before its children, so its initial state is known by now.
            states[id].initial =
                states[parent].kind == .parallel
                ? states[parent].children.filter { !states[$0].isHistory } : states[parent].initial
            return
        }
        let targets = targets(node, from: id)
        for target in targets where states[target].isHistory || !(target > parent && target < states[parent].end) {
            report(.target, node.position, "a history goes to a state within its parent, which is no history itself")
            return
        }
        states[id].initial = targets
    }
}
