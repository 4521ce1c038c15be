import JSONSchema
import JSONValue
import Statechart

/// Expressions, actions and invocations.
extension ChartReading {
    /// What names mean in a state's own expressions, where any event may be the present one.
    func environment(_ id: Int) -> GuardEnvironment {
        let names = stateNames
        return GuardEnvironment(
            context: contextType, settings: settingsType,
            state: { names[$0.hasPrefix("#") ? String($0.dropFirst()) : $0] })
    }

    /// A guard, and the optional members that it shows to be there.
    func condition(_ node: ChartNode, _ environment: GuardEnvironment) -> (Expression?, Set<String>) {
        let node = bare(node)
        guard let text = node.string else {
            report(.shape, node.position, "expected a guard (an expression in quotes), found \(node.kindName)")
            return (Expression(constant: false), [])
        }
        do throws(GuardProblem) {
            let syntax = try GuardParser.parse(text)
            let compiled = try GuardCompiler(environment: environment).compile(syntax)
            guard compiled.type == .bool || compiled.type == .dyn else {
                throw GuardProblem(.type, at: syntax.offset, "a guard is a bool, but this is \(compiled.type)")
            }
            if let literal = compiled.literal {
                throw GuardProblem(.structure, at: syntax.offset, "this guard is always \(literal.text); leave it out")
            }
            return (Expression(text, compiled), syntax.facts(when: true))
        } catch {
            report(error.code, source.position(of: error.offset, in: node), error.message)
            return (Expression(constant: false), [])
        }
    }

    /// `{"@expr": "…"}` is the long form of an expression.
    func bare(_ node: ChartNode) -> ChartNode {
        guard let key = node.members?.first?.key, ["@expr", "@lang", "@code"].contains(key) else { return node }
        guard let found = read(node, .expression), let text = found["@expr"]?.value else { return node }
        if let language = found["@lang"]?.value, language.json != "cel" {
            report(.shape, language.position, "expected 'cel', the language of expressions")
        }
        return text
    }

    func value(_ node: ChartNode, _ environment: GuardEnvironment, _ present: Set<String> = []) -> Expression {
        compile(node, environment, present).map { Expression($0.text, $0.compiled) } ?? Expression(constant: .null)
    }

    /// A text is an expression; other scalars are themselves; lists and mappings are made of such.
    func compile(
        _ node: ChartNode, _ environment: GuardEnvironment, _ present: Set<String>
    ) -> (text: String, compiled: GuardCompiled)? {
        let node = bare(node)
        let compiler = GuardCompiler(environment: environment, facts: present)
        switch node.content {
        case .scalar:
            guard let text = node.string else { return (node.json.text, GuardCompiled(literal: node.json)) }
            do throws(GuardProblem) {
                return (text.trimmed, try compiler.storable(GuardParser.parse(text)))
            } catch {
                report(error.code, source.position(of: error.offset, in: node), error.message)
                return nil
            }
        case .sequence(let elements):
            let parts = elements.compactMap { compile($0, environment, present) }
            guard parts.count == elements.count else { return nil }
            return ("[\(parts.map(\.text).joined(separator: ", "))]", .list(parts.map(\.compiled)))
        case .mapping(let members):
            var parts: [(key: String, text: String, compiled: GuardCompiled)] = []
            for member in members.sorted(by: { $0.key < $1.key }) {
                guard let part = compile(member.value, environment, present) else { return nil }
                parts.append((member.key, part.text, part.compiled))
            }
            let text = parts.map { "\(JSON.string($0.key).text): \($0.text)" }.joined(separator: ", ")
            return ("{\(text)}", .map(parts.map { ($0.key, $0.compiled) }))
        }
    }

    /// A patch of the context, checked against the context's declared members.
    func assignments(
        _ node: ChartNode, _ environment: GuardEnvironment, _ present: Set<String> = []
    ) -> [Assignment] {
        named(node, environment, present, declared: contextType, what: "the context").map { assignment in
            var assignment = assignment
            assignment.problem = memberProblem(assignment.name)
            return assignment
        }
    }

    /// What is wrong with a value for a member of the context. Plain types, which most members have, cost a comparison.
    private func memberProblem(_ name: String) -> (@Sendable (JSON) -> String?)? {
        guard let source = contextSchema?.source["properties"]?[name], let schema = try? Schema(source) else {
            return nil
        }
        let plain =
            source.object?.keys.allSatisfy { ["type", "description"].contains($0) } == true ? source["type"] : nil
        return { value in
            switch (value, plain) {
            case (.int, "integer"), (.bool, "boolean"), (.string, "string"), (.double, "number"): return nil
            default: return schema.validate(value).first.map { "\($0.path.isEmpty ? "" : $0.path + ": ")\($0.message)" }
            }
        }
    }

    /// Values by name, each checked against the declared type of that name.
    func named(
        _ node: ChartNode, _ environment: GuardEnvironment, _ present: Set<String>, declared: GuardType = .dyn,
        what: String
    ) -> [Assignment] {
        guard let found = node.members else {
            report(.shape, node.position, "expected a mapping from names to values, found \(node.kindName)")
            return []
        }
        return found.sorted { $0.key < $1.key }.compactMap { member in
            guard let (text, compiled) = compile(member.value, environment, present) else { return nil }
            check(member, compiled.type, declared, what)
            return Assignment(name: member.key, value: Expression(text, compiled))
        }
    }

    private func check(_ member: ChartNode.Member, _ type: GuardType, _ declared: GuardType, _ what: String) {
        guard case .record(let record) = declared else { return }
        guard let expected = record.members[member.key] ?? record.others else {
            let rest = Suggestion.text(for: member.key, among: record.members.keys)
            report(.type, member.keyPosition, "\(what) has no member '\(member.key)'\(rest)")
            return
        }
        if !type.fits(expected) {
            report(.type, member.value.position, "'\(member.key)' is \(expected), but the value is \(type)")
        }
    }
}

extension Expression {
    init(_ text: String, _ compiled: GuardCompiled) {
        let usesMacros = compiled.usesMacros
        let read = compiled.code.stored
        let evaluate: @Sendable (Scope) throws(ExpressionError) -> JSON = { scope throws(ExpressionError) in
            try read(scope, usesMacros ? GuardFrame() : nil)
        }
        guard compiled.type == .bool else {
            self.init(text.trimmed, evaluate: evaluate)
            return
        }
        let test = compiled.code.bool
        self.init(
            text.trimmed,
            predicate: { scope throws(ExpressionError) in try test(scope, usesMacros ? GuardFrame() : nil) },
            evaluate: evaluate)
    }
}

extension String {
    /// Without the space and line ends around it, which block scalars leave.
    var trimmed: String {
        let isSpace = { (scalar: Unicode.Scalar) in [" ", "\n", "\t", "\r"].contains(scalar) }
        let scalars = unicodeScalars.drop(while: isSpace).reversed().drop(while: isSpace).reversed()
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }
}
