import JSONValue

/// Actions, expressions and the start of invocations.
extension MacrostepRun {
    mutating func run(_ actions: [Action], in state: Int) throws(ChartError) {
        for action in actions { try run(action, in: state) }
    }

    private mutating func run(_ action: Action, in state: Int) throws(ChartError) {
        switch action {
        case .assign(let patch):
            snapshot.context = snapshot.context.merging(try values(of: patch, in: state, as: "assignment"))
            isContextChanged = true
        case .raise(let name, let data):
            queue.append(Event(name, data: try values(of: data, in: state, as: "event data")))
        case .cancel(let timer):
            clearTimer(timer)
        case .log(let message, _):
            let value = try evaluate(message, in: state, as: "log message")
            effects.append(.log(value.string ?? value.text))
        case .block, .set, .choose, .forEach, .fail, .send, .cancelSend: break
        case .named(let name, let parameters):
            effects.append(
                .action(name: name, parameters: try values(of: parameters, in: state, as: "action parameter")))
        }
    }

    func values(of assignments: [Assignment], in state: Int, as what: String) throws(ChartError) -> JSONObject {
        var object = JSONObject()
        for assignment in assignments {
            object[assignment.name] = try evaluate(assignment.value, in: state, as: what)
        }
        return object
    }

    func evaluate(_ expression: Expression, in state: Int, as what: String) throws(ChartError) -> JSON {
        do {
            return try expression.evaluate(scope)
        } catch {
            throw failure(what, expression, in: state, error.message)
        }
    }

    func failure(_ what: String, _ expression: Expression, in state: Int, _ message: String) -> ChartError {
        ChartError(.expression, state: chart.states[state].path, "\(what) '\(expression.text)': \(message)")
    }

    /// Starts the jobs of the states that were entered in this macrostep and are still active (W3C test 422).
    mutating func startInvocations() throws(ChartError) {
        for id in statesToInvoke.sorted() {
            for invocation in chart.states[id].invocations { try start(invocation, of: id) }
        }
    }

    /// A job that is started once more keeps its number, so that its attempts go on counting.
    private mutating func start(_ invocation: Invocation, of state: Int) throws(ChartError) {
        let input = try values(of: invocation.input, in: state, as: "input")
        let number = snapshot.jobs[invocation.id]?.number ?? snapshot.nextJob
        if number == snapshot.nextJob { snapshot.nextJob += 1 }
        snapshot.jobs[invocation.id] = Snapshot.Job(number: number, isLive: true)
        effects.append(
            .startJob(
                StartJob(
                    number: number, invocation: invocation.id, source: invocation.source, input: input,
                    timeout: invocation.timeout)))
    }
}
