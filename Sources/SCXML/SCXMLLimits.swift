import XML

/// Bounds of what is read.
enum SCXMLLimits {
    static let xml = XMLLimits(bytes: 2 << 20, depth: 80, elements: 50_000)
    static let diagnostics = 50
    /// States that one attribute may name.
    static let targets = 200
    /// Documents within documents.
    static let nesting = 8
    /// Documents that one chart is made of.
    static let documents = 64
}
