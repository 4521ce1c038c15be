/// Which events a transition takes.
package enum EventDescriptor: Sendable, Hashable {
    case exact(String)
    /// `foo.*`: `foo` itself and everything that begins with `foo.`.
    case prefix(String)
    case any

    package init(_ text: String) {
        if text == "*" {
            self = .any
        } else if text.hasSuffix(".*") {
            self = .prefix(String(text.dropLast(2)))
        } else {
            self = .exact(text)
        }
    }

    package var text: String {
        switch self {
        case .exact(let name): name
        case .prefix(let name): name + ".*"
        case .any: "*"
        }
    }

    /// How closely the descriptor fits a name; nil when it does not. Larger wins.
    func closeness(to name: String) -> Int? {
        switch self {
        case .exact(let exact): exact == name ? .max : nil
        case .prefix(let prefix):
            name == prefix || (name.hasPrefix(prefix) && name.dropFirst(prefix.count).first == ".")
                ? prefix.utf8.count + 1 : nil
        case .any: 0
        }
    }

    package func matches(_ name: String) -> Bool { closeness(to: name) != nil }
}
