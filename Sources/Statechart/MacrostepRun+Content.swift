import JSONValue

/// Actions and expressions.
extension MacrostepRun {
    mutating func run(_ actions: [Action], in state: Int) throws(ChartError) {
        for action in actions { try run(action, in: state) }
    }

    private mutating func run(_ action: Action, in state: Int) throws(ChartError) {
        switch action {
        case .assign(let patch): try assign(patch, in: state)
        case .raise(let name, let data):
            let envelope = rules == .scxml ? Event.Envelope(.internal) : nil
            queue.append(Event(name, data: try values(of: data, in: state, as: "event data"), envelope: envelope))
        case .cancel(let timer): clearTimer(timer)
        case .log(let message, let label):
            let value = try evaluate(message, in: state, as: "log message")
            let text = value.string ?? value.text
            effects.append(.log(label.map { "\($0): \(text)" } ?? text))
        case .named(let name, let parameters):
            effects.append(
                .action(name: name, parameters: try values(of: parameters, in: state, as: "action parameter")))
        case .send(let send): try run(send, in: state)
        case .cancelSend(let id): cancelSends(try text(id, in: state, as: "id of a sent event"))
        case .block(let actions): try runBlock(actions, in: state)
        case .set(let location, let value):
            try set(location, try evaluate(value, in: state, as: "value"), in: state)
        case .choose(let branches): try choose(branches, in: state)
        case .forEach(let loop): try run(loop, in: state)
        case .fail(let reason): throw ChartError(.expression, state: plan.states[state].path, reason)
        }
    }

    /// All values are computed before the first is set.
    private mutating func assign(_ patch: [Assignment], in state: Int) throws(ChartError) {
        if patch.count == 1 { return setMember(patch[0].name, try value(of: patch[0], in: state)) }
        var values: [JSON] = []
        values.reserveCapacity(patch.count)
        for assignment in patch { values.append(try value(of: assignment, in: state)) }
        for (assignment, value) in zip(patch, values) { setMember(assignment.name, value) }
    }

    private func value(of assignment: Assignment, in state: Int) throws(ChartError) -> JSON {
        let value = try evaluate(assignment.value, in: state, as: "assignment")
        guard let problem = assignment.problem?(value) else { return value }
        throw ChartError(
            .contextSchema, state: plan.states[state].path,
            "the context does not fit its schema: /\(assignment.name): \(problem)")
    }

    /// Changes the context in place.
    mutating func setMember(_ name: String, _ value: JSON) {
        guard case .object(var members) = scope.context else { return }
        scope.context = .null
        members[name] = value
        scope.context = .object(members)
    }

    func values(of assignments: [Assignment], in state: Int, as what: String) throws(ChartError) -> JSONObject {
        var object = JSONObject()
        for assignment in assignments {
            object[assignment.name] = try evaluate(assignment.value, in: state, as: what)
        }
        return object
    }

    func evaluate(_ expression: Expression, in state: Int, as what: String) throws(ChartError) -> JSON {
        do throws(ExpressionError) {
            let value = try expression.evaluate(scope)
            if rules == .scxml { try value.checkSize() }
            return value
        } catch {
            throw failure(what, expression, in: state, error.message)
        }
    }

    func holds(_ condition: Expression, in state: Int, as what: String) throws(ChartError) -> Bool {
        do throws(ExpressionError) {
            if let predicate = condition.predicate { return try predicate(scope) }
            let value = try condition.evaluate(scope)
            guard case .bool(let answer) = value else {
                throw ExpressionError("expected a boolean, found \(value.typeName)")
            }
            return answer
        } catch {
            throw failure(what, condition, in: state, error.message)
        }
    }

    func text(_ expression: Expression, in state: Int, as what: String) throws(ChartError) -> String {
        let value = try evaluate(expression, in: state, as: what)
        guard let text = value.string else {
            throw failure(what, expression, in: state, "expected a text, found \(value.typeName)")
        }
        return text
    }

    func failure(_ what: String, _ expression: Expression, in state: Int, _ message: String) -> ChartError {
        ChartError(.expression, state: plan.states[state].path, "\(what) '\(expression.text)': \(message)")
    }
}
