import ChartFormat
import JSONValue
import Statechart
import XML

/// Invocations of other documents.
extension SCXMLReading {
    static let types: Set<String> = ["scxml", "http://www.w3.org/TR/scxml/", "http://www.w3.org/TR/scxml"]

    func invocation(_ element: XMLElement, of state: Int) -> Invocation? {
        guard let id = invocationID(element, of: state) else { return nil }
        if let flag = element["autoforward"], flag != "true", flag != "false" {
            report(.shape, element, "expected autoforward \"true\" or \"false\", found '\(flag)'")
        }
        return Invocation(
            id: id, source: element["src"] ?? id, input: parameters(element), timeout: .fixed(.zero),
            work: work(element, id: id), idLocation: element["idlocation"].map { Location($0) },
            finalize: element.child("finalize").map { finalize($0, of: element) } ?? [],
            autoforward: element["autoforward"] == "true")
    }

    /// The given id, or one that begins with the state's, as SCXML makes them.
    private func invocationID(_ element: XMLElement, of state: Int) -> String? {
        if let id = element["id"] {
            guard Self.isID(id) else {
                report(
                    .shape, element,
                    "'\(id)' is no id: letters, digits, '_', '-' and '.', beginning with a letter or '_'")
                return nil
            }
            guard invocationIDs.insert(id).inserted else {
                report(.target, element, "the invocation '\(id)' is there twice; ids are unique in a document")
                return nil
            }
            return id
        }
        let first = "\(states[state].path).invoke"
        var id = first
        var number = 1
        while !invocationIDs.insert(id).inserted {
            number += 1
            id = "\(first)\(number)"
        }
        return id
    }

    private func work(_ element: XMLElement, id: String) -> Invocation.Work {
        let content = element.child("content")
        if content != nil, element["src"] != nil || element["srcexpr"] != nil {
            report(.structure, element, "<invoke> has both <content> and a source; keep one")
        }
        if let type = element["type"], !Self.types.contains(type) {
            return .nothing("the type '\(type)' of <invoke> is not known; expected 'scxml'")
        }
        let work = work(element, content, id: id)
        guard let text = element["typeexpr"] else { return work }
        return checked(work, type: value(text))
    }

    private func work(_ element: XMLElement, _ content: XMLElement?, id: String) -> Invocation.Work {
        if let text = element["srcexpr"] { return .computed(value(text)) }
        if let source = element["src"] { return found(source, element) }
        guard let content else { return .nothing("<invoke> names no document") }
        if let text = content["expr"] { return .computed(value(text)) }
        let documents = content.children
        guard documents.count == 1, documents[0].isSCXML, documents[0].name == "scxml" else {
            return .nothing("the content of <invoke> is no SCXML document")
        }
        let name = "#\(id)"
        read(documents[0], name)
        return .chart(name)
    }

    /// With `typeexpr` the type is known when the invocation starts.
    private func checked(_ work: Invocation.Work, type: Expression) -> Invocation.Work {
        let child: Expression
        switch work {
        case .computed(let expression): child = expression
        case .chart(let name): child = Expression(constant: .string(children[name]?.source ?? name))
        case .job, .nothing: return work
        }
        return .computed(
            Expression(child.text) { scope throws(ExpressionError) in
                let name = try type.evaluate(scope)
                guard let text = name.string, Self.types.contains(text) else {
                    throw ExpressionError("the type \(name.text.prefix(80)) of <invoke> is not known")
                }
                return try child.evaluate(scope)
            })
    }

    /// A document that is named by its source is read now, so that what is wrong with it is known now.
    private func found(_ source: String, _ element: XMLElement) -> Invocation.Work {
        if children[source] != nil { return .chart(source) }
        if sources.path.contains(source) {
            report(.structure, element, "the document '\(source)' invokes itself; that would never end")
            return .nothing("it invokes itself")
        }
        guard let text = sources.resolve(source) else { return .computed(Expression(constant: .string(source))) }
        guard let inner = sources.within(source) else {
            report(.limit, element, "too many documents invoke each other: '\(source)' is not read any more")
            return .nothing("it is not read")
        }
        do throws(ChartDiagnostics) {
            children[source] = try SCXMLReader.read(text: text, file: source, sources: inner)
        } catch {
            error.list.forEach(add)
        }
        return .chart(source)
    }

    private func read(_ document: XMLElement, _ name: String) {
        guard let inner = sources.within(name) else {
            return report(.limit, document, "documents lie within each other more than \(SCXMLLimits.nesting) deep")
        }
        do throws(ChartDiagnostics) {
            children[name] = try SCXMLReading(root: document, text: document.document, file: file, sources: inner)
                .read()
        } catch {
            error.list.forEach(add)
        }
    }

    /// An empty `<finalize>` takes what the event carries into the variables that the invocation was given.
    private func finalize(_ element: XMLElement, of invoke: XMLElement) -> [Action] {
        guard !element.children.contains(where: \.isSCXML) else { return block(element) }
        let locations =
            invoke.words("namelist").map { (name: $0, location: $0) }
            + invoke.children("param").compactMap { parameter in
                parameter["location"].map { (name: parameter["name"] ?? "", location: $0) }
            }
        let takes = locations.map { name, location in
            let isThere = Expression("has(_event.data.\(name))") { scope throws(ExpressionError) in
                .bool(scope.event["data"]?[name] != nil)
            }
            let data = Expression("_event.data.\(name)") { scope throws(ExpressionError) in
                scope.event["data"]?[name] ?? .null
            }
            return Action.choose([Action.Branch(condition: isThere, actions: [.set(Location(location), data)])])
        }
        return takes.isEmpty ? [] : [.block(takes)]
    }

    /// The chart that a value means which is known only when an invocation starts: a document's text, or a source.
    static func findChild(_ value: JSON, _ sources: SCXMLSources) -> Chart? {
        guard let value = value.string, let inner = sources.within(value) else { return nil }
        let isDocument = value.trimmed.hasPrefix("<")
        guard let text = isDocument ? value : sources.resolve(value) else { return nil }
        return try? SCXMLReader.read(text: text, file: isDocument ? "content" : value, sources: inner)
    }
}
