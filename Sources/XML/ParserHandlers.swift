internal import CXML

/// What libxml2 calls while it parses, on the thread that parses. What it lends is copied before returning.
enum ParserHandlers {
    /// No handler loads a document type, finds an entity or keeps a declaration.
    static var all: xmlSAXHandler {
        var handlers = xmlSAXHandler()
        c_xml_mark_sax2(&handlers)
        handlers.startElementNs = { user, name, prefix, namespace, _, _, count, _, attributes in
            guard let user, let name else { return }
            let builder = TreeBuilder.at(user)
            builder.open(
                name: String(cString: name), prefix: prefix.map { String(cString: $0) },
                namespace: namespace.map { String(cString: $0) },
                attributes: ParserHandlers.attributes(attributes, count: Int(count)))
        }
        handlers.endElementNs = { user, _, _, _ in
            guard let user else { return }
            TreeBuilder.at(user).close()
        }
        handlers.characters = characters
        // The same function for both spares the parser its guess which blanks matter.
        handlers.ignorableWhitespace = characters
        handlers.cdataBlock = characters
        handlers.reference = { user, name in
            guard let user, let name else { return }
            TreeBuilder.at(user).fail(.syntax, "the entity '&\(String(cString: name));' is not declared")
        }
        refuseDeclarations(&handlers)
        handlers.serror = { user, error in
            guard let user, let error else { return }
            TreeBuilder.at(user).hear(error.pointee)
        }
        return handlers
    }

    private static let characters: charactersSAXFunc = { user, bytes, count in
        guard let user, let bytes else { return }
        let text = String(decoding: UnsafeBufferPointer(start: bytes, count: Int(count)), as: UTF8.self)
        TreeBuilder.at(user).append(text)
    }

    private static func refuseDeclarations(_ handlers: inout xmlSAXHandler) {
        handlers.entityDecl = { user, _, _, _, _, _ in
            guard let user else { return }
            TreeBuilder.at(user).refuseDeclaration(of: "an entity")
        }
        handlers.attributeDecl = { user, _, _, _, _, _, tree in
            // The tree of permitted values is ours to free.
            if let tree { xmlFreeEnumeration(tree) }
            guard let user else { return }
            TreeBuilder.at(user).refuseDeclaration(of: "an attribute")
        }
        handlers.elementDecl = { user, _, _, _ in
            guard let user else { return }
            TreeBuilder.at(user).refuseDeclaration(of: "an element")
        }
        handlers.notationDecl = { user, _, _, _ in
            guard let user else { return }
            TreeBuilder.at(user).refuseDeclaration(of: "a notation")
        }
        handlers.unparsedEntityDecl = { user, _, _, _, _ in
            guard let user else { return }
            TreeBuilder.at(user).refuseDeclaration(of: "an entity")
        }
    }

    /// Five pointers for each attribute: name, prefix, namespace, and where the value begins and ends.
    private static func attributes(
        _ pointers: UnsafeMutablePointer<UnsafePointer<xmlChar>?>?, count: Int
    ) -> [XMLElement.Attribute] {
        guard let pointers else { return [] }
        return (0..<count).compactMap { index in
            let fields = pointers + 5 * index
            guard let name = fields[0], let start = fields[3], let end = fields[4] else { return nil }
            return XMLElement.Attribute(
                prefix: fields[1].map { String(cString: $0) }, namespace: fields[2].map { String(cString: $0) },
                name: String(cString: name),
                value: String(decoding: UnsafeBufferPointer(start: start, count: end - start), as: UTF8.self))
        }
    }
}
