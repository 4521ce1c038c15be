import XML

/// What W3C leaves to each data model: attributes and elements of the namespace `conf` become those of ours.
enum ConformanceSheet {
    static let namespace = "http://www.w3.org/2005/scxml-conformance"
    private static let scxml = "http://www.w3.org/2005/07/scxml"

    /// A document with everything of `conf` replaced.
    static func transform(_ element: XMLElement) -> XMLElement {
        var element = element
        element.attributes = element.attributes.compactMap { attribute in
            guard attribute.namespace == namespace else { return attribute }
            return Self.attribute(attribute.name, attribute.value)
        }
        element.content = element.content.flatMap { piece -> [XMLElement.Content] in
            guard case .element(let child) = piece else { return [piece] }
            guard child.namespace == namespace else { return [.element(transform(child))] }
            return replacement(of: child, in: element.name)
        }
        return element
    }

    /// Whether a name of `conf` is replaced by anything.
    static func knows(_ name: String, isElement: Bool) -> Bool {
        guard isElement else { return ["1 2", "1=1"].contains { attribute(name, $0) != nil } }
        let element = XMLElement(namespace: namespace, name: name)
        return replacement(of: element, in: "onentry") != [.element(element)]
    }

    private static func attribute(_ name: String, _ value: String) -> XMLElement.Attribute? {
        guard let (name, value) = fixed[name] ?? reference(name, value) ?? condition(name, value) ?? data(name, value)
        else { return nil }
        return XMLElement.Attribute(name: name, value: value)
    }

    /// Attributes whose value says nothing.
    static let fixed: [String: (String, String)] = [
        "datamodel": ("datamodel", "cel"), "targetpass": ("target", "pass"), "targetfail": ("target", "fail"),
        "invalidLocation": ("location", "foo.bar.baz"), "illegalExpr": ("expr", "1 / 0"),
        "invalidSessionID": ("expr", "'27'"), "invalidSendTypeExpr": ("expr", "'27'"),
        "scxmlEventIOLocation": ("expr", "_ioprocessors['scxml'].location"), "illegalArray": ("expr", "7"),
        "illegalTarget": ("target", "baz"), "unreachableTarget": ("target", "#_scxml_foo"),
        "invalidSendType": ("type", "27"), "invalidNamelist": ("namelist", "\"foo"), "illegalItem": ("item", "'foo'"),
        "true": ("cond", "true"), "false": ("cond", "false"), "nonBoolean": ("cond", "dyn('x')"),
        "eventdataSomeVal": ("cond", "_event.data == 123"), "emptyEventData": ("cond", "_event.data == null"),
        "eventFieldsAreBound": (
            "cond",
            ["name", "type", "sendid", "origin", "origintype", "invokeid", "data"].map { "'\($0)' in _event" }
                .joined(separator: " && ")
        ),
        "eventName": ("expr", "_event.name"), "eventType": ("expr", "_event.type"),
        "eventSendid": ("expr", "_event.sendid"), "eventRaw": ("expr", "_event"),
        "scriptBadSrc": ("src", "file:there-is-no-such-script"),
    ]

    /// Attributes that name a variable by its number.
    private static func reference(_ name: String, _ value: String) -> (String, String)? {
        let names = [
            "id": "id", "name": "name", "location": "location", "varExpr": "expr", "varChildExpr": "expr",
            "eventExpr": "eventexpr", "targetExpr": "targetexpr", "targetVar": "targetexpr", "typeExpr": "typeexpr",
            "srcExpr": "srcexpr", "sendIDExpr": "sendidexpr", "delayFromVar": "delayexpr", "idlocation": "idlocation",
            "namelist": "namelist", "arrayVar": "array", "arrayTextVar": "array", "item": "item", "index": "index",
        ]
        return names[name].map { ($0, variable(value)) }
    }

    private static func condition(_ name: String, _ value: String) -> (String, String)? {
        let parts = value.split(separator: " ").map(String.init)
        let text: String? =
            switch name {
            case "idVal", "namelistIdVal": comparison(value) { "\(variable($0)) \($1) \($2)" }
            case "idQuoteVal": comparison(value) { "\(variable($0)) \($1) '\($2)'" }
            case "idSystemVarVal": comparison(value) { "\(variable($0)) \($1) \($2)" }
            case "compareIDVal": comparison(value) { "\(variable($0)) \($1) \(variable($2))" }
            case "eventvarVal": comparison(value) { "_event.data.\(variable($0)) \($1) \($2)" }
            case "VarEqVar", "VarEqVarStruct": "\(variable(parts[0])) == \(variable(parts[1]))"
            case "varPrefix": "\(variable(parts[1])).startsWith(\(variable(parts[0])))"
            case "isBound": "\(variable(value)) != null"
            case "unboundVar", "noValue": "\(variable(value)) == null"
            case "systemVarIsBound": "\(value) != null"
            case "inState": "In('\(value)')"
            case "eventNameVal": "_event.name == '\(value)'"
            case "eventdataVal": "_event.data == \(value)"
            case "eventFieldHasNoValue": "_event.\(value) == null"
            case "originTypeEq": "_event.origintype == '\(value)'"
            case "nameVarVal": "_name == '\(value)'"
            default: nil
            }
        return text.map { ("cond", $0) }
    }

    private static func data(_ name: String, _ value: String) -> (String, String)? {
        switch name {
        case "expr": ("expr", value)
        case "quoteExpr": ("expr", "'\(value)'")
        case "systemVarLocation": ("location", value)
        case "systemVarExpr": ("expr", value)
        case "varNonexistentStruct": ("expr", "\(variable(value)).bar")
        case "eventField": ("expr", "_event.\(value)")
        case "eventDataFieldValue", "eventDataParamValue": ("expr", "_event.data.\(value)")
        case "eventDataNamelistValue": ("expr", "_event.data.\(variable(value))")
        case "delay": ("delayexpr", "'\(value)s'")
        default: nil
        }
    }

    private static func variable(_ number: String) -> String { "Var\(number)" }

    /// `1=foo`: a variable's number, an operator and a value.
    private static func comparison(_ text: String, _ body: (String, String, String) -> String) -> String? {
        guard let match = text.wholeMatch(of: /\s*(\d+)\s*(<=|>=|<|>|=)\s*(.*?)\s*/)?.output else { return nil }
        return body(String(match.1), match.2 == "=" ? "==" : String(match.2), String(match.3))
    }

    private static func replacement(of child: XMLElement, in parent: String) -> [XMLElement.Content] {
        switch child.name {
        case "pass", "fail": [element("final", ["id": child.name])]
        case "incrementID": [assign(child["id"], "\(variable(child["id"] ?? "")) + 1")]
        case "concatVars", "sumVars":
            [assign(child["id1"], "\(variable(child["id1"] ?? "")) + \(variable(child["id2"] ?? ""))")]
        case "extendArray": [assign(child["id"], "\(variable(child["id"] ?? "")) + [4]")]
        case "array123": [.text("[1,2,3]")]
        case "someInlineVal": [.text("123")]
        case "contentFoo": [element("content", [:], [.text("foo")])]
        case "sendToSender":
            [
                element(
                    "send",
                    [
                        "event": child["name"] ?? "", "targetexpr": "_event.origin", "typeexpr": "_event.origintype",
                    ])
            ]
        // At the top a script would run when the document is loaded; a declaration does what it would do.
        case "script" where parent == "scxml":
            [element("datamodel", [:], [element("data", ["id": "Var1", "expr": "1"])])]
        case "script": [assign("1", "1")]
        default: [.element(child)]
        }
    }

    private static func assign(_ number: String?, _ value: String) -> XMLElement.Content {
        element("assign", ["location": variable(number ?? ""), "expr": value])
    }

    private static func element(
        _ name: String, _ attributes: [String: String], _ content: [XMLElement.Content] = []
    ) -> XMLElement.Content {
        .element(
            XMLElement(
                namespace: scxml, name: name,
                attributes: attributes.sorted { $0.key < $1.key }.map { .init(name: $0.key, value: $0.value) },
                content: content))
    }
}
