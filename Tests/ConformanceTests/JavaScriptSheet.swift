import XML

/// Charts with small JavaScript expressions, with each expression in our language.
enum JavaScriptSheet {
    private static let expressions: Set<String> = [
        "cond", "expr", "array", "eventexpr", "targetexpr", "typeexpr", "delayexpr", "srcexpr", "sendidexpr",
    ]

    static func transform(_ element: XMLElement) -> XMLElement {
        var element = element
        element.attributes = element.attributes.map { attribute in
            var attribute = attribute
            if attribute.name == "datamodel", attribute.value == "ecmascript" { attribute.value = "cel" }
            if expressions.contains(attribute.name) {
                // What this cannot read is left as it is: evaluating it fails, as it may be meant to.
                attribute.value = JavaScriptParser.translate(attribute.value) ?? attribute.value
            }
            return attribute
        }
        element.content = element.content.map { piece in
            if case .element(let child) = piece { .element(transform(child)) } else { piece }
        }
        return element
    }
}
