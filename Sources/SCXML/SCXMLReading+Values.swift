import ChartFormat
import JSONValue
import Statechart
import XML

/// Expressions, and data that stands in the document.
extension SCXMLReading {
    /// A value; one that cannot be compiled fails when it is evaluated.
    func value(_ text: String) -> Expression {
        compiled(text) { text throws(ImportedExpression.Problem) in try ImportedExpression.compile(text, states: ids) }
    }

    func condition(_ text: String) -> Expression {
        compiled(text) { text throws(ImportedExpression.Problem) in
            try ImportedExpression.condition(text, states: ids)
        }
    }

    private func compiled(
        _ text: String, _ compile: (String) throws(ImportedExpression.Problem) -> Expression
    ) -> Expression {
        do throws(ImportedExpression.Problem) {
            return try compile(text)
        } catch {
            return .failing(text, "'\(text)' cannot be evaluated: \(error.message)")
        }
    }

    /// The value at a location.
    func read(location text: String) -> Expression {
        guard Location(text).path != nil else { return .failing(text, "'\(text)' is no location") }
        return value(text)
    }

    func constantOrValue(_ element: XMLElement, _ constant: String, _ expression: String) -> Expression? {
        if let text = element[constant] { return Expression(constant: .string(text)) }
        return element[expression].map(value)
    }

    /// `<content>`: an expression, or the data within.
    func value(ofContent element: XMLElement) -> Expression {
        element["expr"].map(value) ?? Expression(constant: SCXMLValue.inline(element))
    }

    /// All variables of the document, with their values where they are bound: at the start, or when the state is first
    /// entered that declares them.
    func declareData() {
        for id in states.indices {
            guard let model = elements[id].child("datamodel") else { continue }
            for data in model.children("data") { declare(data, in: isLate ? id : 0) }
        }
    }

    private func declare(_ element: XMLElement, in state: Int) {
        let name = element["id"] ?? ""
        guard let path = Location(name).path, path.count == 1, !name.hasPrefix("_") else {
            return report(
                .shape, element, "'\(name)' cannot name a variable: letters, digits and '_', beginning with a letter")
        }
        guard context[name] == nil else {
            return report(.target, element, "the variable '\(name)' is declared twice")
        }
        context[name] = .null
        if let value = initialValue(element) { states[state].lateData.append(Assignment(name: name, value: value)) }
    }

    private func initialValue(_ element: XMLElement) -> Expression? {
        if let text = element["expr"] { return value(text) }
        if let source = element["src"] {
            guard let text = sources.resolve(source) else {
                return .failing(source, "'\(source)' cannot be found")
            }
            return Expression(constant: SCXMLValue.text(text))
        }
        return element.hasData ? Expression(constant: SCXMLValue.inline(element)) : nil
    }
}

extension Expression {
    /// One that has no value in any scope.
    static func failing(_ text: String, _ reason: String) -> Expression {
        Expression(text) { _ throws(ExpressionError) in throw ExpressionError(reason) }
    }
}
