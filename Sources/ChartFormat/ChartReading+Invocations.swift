import JSONValue
import Statechart

extension ChartReading {
    func fillInvocations(_ id: Int, _ node: ChartNode?) {
        guard let node else { return }
        for element in node.elements ?? [node] { fillInvocation(id, element) }
    }

    private func fillInvocation(_ id: Int, _ node: ChartNode) {
        guard let found = read(node, .invoke) else { return }
        guard let sourceNode = found["src"]?.value, let source = word(sourceNode, "'src'") else {
            if found["src"] == nil { report(.shape, node.position, "an invocation needs 'src', the job to start") }
            return
        }
        if vocabulary.jobs[source] == nil {
            let rest = Suggestion.text(for: source, among: vocabulary.jobs.keys)
            report(.vocabulary, sourceNode.position, "there is no job '\(source)'\(rest)")
        }
        requireOutcomes(found, node, source)
        let name = found["id"].map { word($0.value, "an invocation's id") } ?? source
        guard let name else { return }
        guard invocationIDs.insert(name).inserted else {
            let place = found["id"]?.value.position ?? sourceNode.position
            report(.structure, place, "another invocation has the id '\(name)'; give this one an 'id' of its own")
            return
        }
        let input = found["input"].map { named($0.value, environment(id), [], what: "the input") } ?? []
        states[id].invocations.append(
            Invocation(
                id: name, source: source, input: input, timeout: timeout(found["timeout"]?.value) ?? .fixed(.zero)))
        fillOutcomes(id, name, source, found)
    }

    /// A job whose end nobody takes, or that may last for ever, would leave its post waiting.
    private func requireOutcomes(_ found: [String: ChartNode.Member], _ node: ChartNode, _ source: String) {
        for key in ["timeout", "onDone", "onError"] where found[key] == nil {
            report(.structure, node.position, "the invocation of '\(source)' needs '\(key)'")
        }
    }

    private func timeout(_ node: ChartNode?) -> Delay? {
        guard let node else { return nil }
        guard let text = node.string ?? node.json.int.map(String.init) else {
            report(.shape, node.position, "expected a delay, found \(node.kindName)")
            return nil
        }
        return delay(text, at: node.position)
    }

    private func fillOutcomes(_ id: Int, _ name: String, _ source: String, _ found: [String: ChartNode.Member]) {
        let outcomes = [
            ("onDone", "done.invoke.\(name)", vocabulary.completion(of: source)),
            ("onError", "error.invoke.\(name)", ChartVocabulary.failure),
        ]
        for (key, event, schema) in outcomes {
            guard let member = found[key] else { continue }
            var environment = environment(id)
            environment.event = payload(schema)
            add(candidates(member.value, .exact(event), environment, from: id), to: id, at: member.keyPosition)
        }
    }
}
