/// What a reader accepts. Each limit is an error with a name when it is reached.
package struct XMLLimits: Sendable {
    package var bytes = 4 << 20
    /// Elements within elements.
    package var depth = 100
    package var elements = 100_000
    /// Attributes of one element, declarations of namespaces among them: the parser compares each with each.
    package var attributes = 200

    package init(bytes: Int = 4 << 20, depth: Int = 100, elements: Int = 100_000, attributes: Int = 200) {
        self.bytes = bytes
        self.depth = depth
        self.elements = elements
        self.attributes = attributes
    }
}
