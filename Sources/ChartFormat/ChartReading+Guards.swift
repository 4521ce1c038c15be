import JSONValue
import Statechart

/// A guard that has a name.
struct GuardDefinition {
    let text: String
    /// A broken one was reported where it is defined.
    let isBroken: Bool
}

/// Guards by name, and values as foreign exports write them.
extension ChartReading {
    func readGuards(_ member: ChartNode.Member?) {
        guard let member else { return }
        guard let found = member.value.members else {
            let kind = member.value.kindName
            report(.shape, member.value.position, "expected a mapping from names to expressions, found \(kind)")
            return
        }
        for definition in found {
            var node = definition.value
            if node.members != nil, node.member("@expr") == nil {
                guard let parts = read(node, .definition) else { continue }
                guard let when = parts["when"]?.value else {
                    report(.shape, node.position, "the definition of a guard needs 'when'")
                    continue
                }
                node = when
            }
            var environment = environment(0)
            environment.event = .dyn
            let before = log.diagnostics.count
            _ = condition(node, environment)
            let text = bare(node).string?.trimmed ?? ""
            guards[definition.key] = GuardDefinition(text: text, isBroken: log.diagnostics.count > before)
            places.unusedGuards[definition.key] = definition.keyPosition
        }
    }

    /// A guard where it is used: an expression, or the name of one.
    func guardExpression(_ node: ChartNode, _ environment: GuardEnvironment) -> (Expression?, Set<String>) {
        if node.members != nil, let type = node.member("type")?.value {
            guard let found = read(node, .namedGuard) else { return (nil, []) }
            if !isForeign, let parameters = found["params"] {
                report(
                    .structure, parameters.keyPosition, "guards have no parameters; write the values into the guard")
            }
            return named(type.string ?? "", at: type.position, environment)
        }
        if let text = node.string?.trimmed, isGuardName(text) { return named(text, at: node.position, environment) }
        return condition(node, environment)
    }

    /// A single word that no expression could be. In an export everything that is no expression is a name.
    private func isGuardName(_ text: String) -> Bool {
        if guards[text] != nil || vocabulary.guards[text] != nil { return true }
        let own = ["context", "event", "settings", "now", "true", "false", "null"]
        guard isForeign || vocabulary.isOpen else { return Self.isWord(text) && !own.contains(text) }
        guard let syntax = try? GuardParser.parse(text) else { return true }
        guard let path = syntax.path, let first = path.split(separator: ".").first else { return false }
        return !own.contains(String(first))
    }

    private func named(
        _ name: String, at position: SourcePosition, _ environment: GuardEnvironment
    ) -> (Expression?, Set<String>) {
        let refused = (Expression(constant: false), Set<String>())
        places.unusedGuards[name] = nil
        if let definition = guards[name] {
            guard !definition.isBroken else { return refused }
            return use(definition.text, name, at: position, environment) ?? refused
        }
        if let text = vocabulary.guards[name] { return use(text, name, at: position, environment) ?? refused }
        if vocabulary.isOpen { return (.opaque(name), []) }
        let rest = Suggestion.text(for: name, among: Array(guards.keys) + vocabulary.guards.keys)
        report(
            .vocabulary, position,
            "there is no guard '\(name)': write an expression here, or define the name in 'guards'\(rest)")
        return refused
    }

    private func use(
        _ text: String, _ name: String, at position: SourcePosition, _ environment: GuardEnvironment
    ) -> (Expression?, Set<String>)? {
        do throws(GuardProblem) {
            let syntax = try GuardParser.parse(text)
            let compiled = try GuardCompiler(environment: environment).compile(syntax)
            guard compiled.type == .bool || compiled.type == .dyn else {
                throw GuardProblem(.type, at: 0, "a guard is a bool, but this is \(compiled.type)")
            }
            return (Expression(text, compiled), syntax.facts(when: true))
        } catch {
            report(error.code, position, "in the guard '\(name)': \(error.message)")
            return nil
        }
    }

    /// The values of a slot: in an export texts are themselves, and only `{"@expr": …}` is an expression.
    func slot(_ node: ChartNode) -> ChartNode {
        guard isForeign else { return node }
        let content: ChartNode.Content
        switch node.content {
        case .scalar:
            guard let text = node.string else { return node }
            content = .scalar(JSON.string(text).text, .doubleQuoted)
        case .sequence(let elements): content = .sequence(elements.map(slot))
        case .mapping(let members):
            if members.first?.key == "@expr" { return node }
            content = .mapping(
                members.map {
                    ChartNode.Member(key: $0.key, keyPosition: $0.keyPosition, value: slot($0.value))
                })
        }
        return ChartNode(content: content, position: node.position)
    }
}

extension Expression {
    /// A guard of which only the name is known. It has no value: explorers try both, and running it is an error.
    static func opaque(_ name: String) -> Expression {
        Expression(name) { _ throws(ExpressionError) in
            throw ExpressionError("the guard '\(name)' is only a name: nothing says what it means")
        }
    }
}
