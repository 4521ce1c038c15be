/// One place where a value does not fit its schema. It names types and members and never repeats the value's text.
package struct Violation: Sendable, Hashable, CustomStringConvertible {
    /// JSON pointer to the place within the value; empty for the value itself.
    package let path: String
    package let message: String

    package init(path: String, message: String) {
        self.path = path
        self.message = message
    }

    package var description: String { path.isEmpty ? message : "\(path): \(message)" }
}

/// Steps of JSON pointers (RFC 6901).
enum JSONPointer {
    /// Names come from untrusted values too, so a step is cut at this many characters.
    static let stepLimit = 80

    static func child(_ path: String, _ name: String) -> String {
        var step = ""
        for character in name.prefix(stepLimit) {
            switch character {
            case "~": step += "~0"
            case "/": step += "~1"
            default: step.append(character)
            }
        }
        return "\(path)/\(step)"
    }

    static func child(_ path: String, _ index: Int) -> String { "\(path)/\(index)" }
}
