import JSONValue
import Statechart

extension ChartReading {
    /// Ids of invocations, so that what is read before them may speak of them.
    func noteInvocations(_ node: ChartNode?) {
        guard let node else { return }
        for element in node.elements ?? [node] {
            guard let source = element.member("src")?.value.string else { continue }
            let id = element.member("id")?.value.string ?? source
            if invocationSources[id] == nil { invocationSources[id] = source }
        }
    }

    func fillInvocations(_ id: Int, _ node: ChartNode?) {
        guard let node else { return }
        for element in node.elements ?? [node] { fillInvocation(id, element) }
    }

    private func fillInvocation(_ id: Int, _ node: ChartNode) {
        guard let found = read(node, .invocation) else { return }
        guard let sourceNode = found["src"]?.value, let source = word(sourceNode, "'src'") else {
            if found["src"] == nil { report(.shape, node.position, "an invocation needs 'src', the job to start") }
            return
        }
        let child = children[source]
        if child == nil, vocabulary.jobs[source] == nil, !vocabulary.isOpen {
            let rest = Suggestion.text(for: source, among: Array(vocabulary.jobs.keys) + children.keys)
            report(.vocabulary, sourceNode.position, "there is no job '\(source)'\(rest)")
        }
        requireOutcomes(found, node, source)
        guard let name = invocationName(id, found, source) else { return }
        let type = child?.contextType ?? .dyn
        let what = child == nil ? "the input" : "the context of the chart '\(source)'"
        let input =
            found["input"].map { named(slot($0.value), environment(id), [], declared: type, what: what) } ?? []
        states[id].invocations.append(
            Invocation(
                id: name, source: source, input: input, timeout: timeout(found["timeout"]?.value) ?? .fixed(.zero),
                work: child == nil ? .job : .chart(source)))
        places.states[id].invocations.append(node.position)
        fillOutcomes(id, name, source, found)
    }

    /// Ids are unique in a chart. Exports repeat them, so there a second one gets its state's path in front.
    private func invocationName(_ id: Int, _ found: [String: ChartNode.Member], _ source: String) -> String? {
        guard var name = found["id"].map({ word($0.value, "an invocation's id") }) ?? source else { return nil }
        if isForeign, invocationIDs.contains(name) { name = "\(states[id].path).\(name)" }
        guard invocationIDs.insert(name).inserted else {
            let place = found["id"]?.value.position ?? found["src"]?.value.position ?? nodes[id].position
            report(.structure, place, "another invocation has the id '\(name)'; give this one an 'id' of its own")
            return nil
        }
        return name
    }

    /// A job whose end nobody takes, or that may last for ever, would leave its post waiting. A chart ends by itself,
    /// and an error in it stops the macrostep.
    private func requireOutcomes(_ found: [String: ChartNode.Member], _ node: ChartNode, _ source: String) {
        guard children[source] == nil else {
            for key in ["timeout", "onTimeout"] {
                guard let member = found[key] else { continue }
                report(
                    .structure, member.keyPosition,
                    "an invoked chart has no '\(key)': write 'timeout' and 'onTimeout' in the state that invokes it")
            }
            if let member = found["onError"] {
                report(
                    .structure, member.keyPosition,
                    "an invoked chart has no 'onError': an error in it stops the macrostep; end it in a final state"
                        + " whose 'output' says what went wrong")
            }
            return
        }
        guard !isForeign else { return }
        for key in ["timeout", "onDone", "onError"] where found[key] == nil {
            report(.structure, node.position, "the invocation of '\(source)' needs '\(key)'")
        }
    }

    private func timeout(_ node: ChartNode?) -> Delay? {
        guard let node else { return nil }
        guard let text = node.scalarText else {
            report(.shape, node.position, "expected a delay, found \(node.kindName)")
            return nil
        }
        return delay(text, at: node.position)
    }

    private func fillOutcomes(_ id: Int, _ name: String, _ source: String, _ found: [String: ChartNode.Member]) {
        if let member = found["onDone"] {
            let event = EventDescriptor.exact("done.invoke.\(name)")
            let environment = environment(id, event: outcome(true, of: source))
            add(candidates(member.value, event, environment, from: id), to: id, at: member.keyPosition)
        }
        guard let last = found["onError"] ?? found["onTimeout"] else { return }
        let event = EventDescriptor.exact("error.invoke.\(name)")
        let environment = environment(id, event: outcome(false, of: source))
        let late = found["onTimeout"].map { timeouts($0.value, event, environment, from: id) } ?? []
        let failed = found["onError"].map { candidates($0.value, event, environment, from: id) } ?? []
        add(late + failed, to: id, at: last.keyPosition)
    }

    /// What an invocation's end says, by what it started.
    func outcome(_ isDone: Bool, of source: String) -> GuardType {
        if let child = children[source] { return isDone ? completion(of: child) : .dyn }
        if vocabulary.isOpen, vocabulary.jobs[source] == nil { return .dyn }
        return payload(isDone ? vocabulary.completion(of: source) : ChartVocabulary.failure)
    }

    /// `onTimeout` is asked before `onError`, and only when the time is over.
    private func timeouts(
        _ node: ChartNode, _ event: EventDescriptor, _ environment: GuardEnvironment, from id: Int
    ) -> [PlacedTransition] {
        candidates(node, event, environment, from: id).map { candidate in
            var candidate = candidate
            let isLate = "event.code == 'timeout'"
            let text = candidate.transition.condition.map { "\(isLate) && (\($0.text))" } ?? isLate
            if let syntax = try? GuardParser.parse(text),
                let compiled = try? GuardCompiler(environment: environment).compile(syntax)
            {
                candidate.transition.condition = Expression(text, compiled)
            }
            return candidate
        }
    }
}
