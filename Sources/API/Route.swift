import HTTPServer
import JSONValue

/// A request on its way through the routes, with what the path and the key say.
package struct Call: Sendable {
    package let request: ServerRequest
    package let parameters: [String: String]
    /// Who calls, for the history: `tool:<key's name>` or `person:<name given in the payload>`.
    package let actor: String

    /// The body as a JSON object with known keys only.
    package func object(allowing keys: Set<String>) throws(Problem) -> JSONObject {
        guard case .object(let object) = try json() else {
            throw Problem(400, .badRequest, "the body must be a JSON object")
        }
        for key in object.keys where !keys.contains(key) {
            throw Problem(
                400, .unknownKey, "unknown key '\(key)'; known are: \(keys.sorted().joined(separator: ", "))",
                members: ["key": .string(key)])
        }
        return object
    }

    package func json() throws(Problem) -> JSON {
        let type = request.headers["Content-Type"]?.split(separator: ";").first?.lowercased() ?? ""
        guard type == "application/json" || type.hasSuffix("+json") else {
            throw Problem(415, .unsupportedMediaType, "send the body as application/json")
        }
        do {
            return try JSON.parse(request.body)
        } catch {
            throw Problem(
                400, .malformedJSON, "the body is not JSON that can be stored: \(error)",
                members: ["offset": .int(Int64(error.offset))])
        }
    }

    package func query(_ name: String) -> String? { request.query.first { $0.name == name }?.value }

    /// A whole number from the query, within bounds.
    package func number(_ name: String, default fallback: Int, in range: ClosedRange<Int>) throws(Problem) -> Int {
        guard let text = query(name) else { return fallback }
        guard let value = Int(text), range.contains(value) else {
            throw Problem(
                400, .badRequest,
                "'\(name)' must be a whole number from \(range.lowerBound) to \(range.upperBound), not '\(text)'")
        }
        return value
    }

    /// Refuses query parameters that the route does not know.
    package func allowQuery(_ names: Set<String>) throws(Problem) {
        for (name, _) in request.query where !names.contains(name) {
            throw Problem(
                400, .unknownKey,
                "unknown query parameter '\(name)'; known are: \(names.sorted().joined(separator: ", "))")
        }
    }
}

/// What a key may do. Each scope includes the ones before it.
package enum Scope: Int, Sendable, Comparable, CaseIterable {
    case none, read, trigger, operate, admin

    package static func < (left: Scope, right: Scope) -> Bool { left.rawValue < right.rawValue }
}

/// A method and a path pattern, and what answers them.
package struct Route: Sendable {
    package typealias Handler = @Sendable (Call) async throws -> ServerResponse

    let method: String
    let segments: [Substring]
    let scope: Scope
    let bodyLimit: Int
    let handler: Handler

    /// In `pattern`, `{name}` stands for one segment.
    package init(
        _ method: String, _ pattern: String, scope: Scope, bodyLimit: Int = 1 << 20, _ handler: @escaping Handler
    ) {
        self.method = method
        segments = pattern.split(separator: "/")
        self.scope = scope
        self.bodyLimit = bodyLimit
        self.handler = handler
    }

    /// The path's parameters when it matches.
    func match(_ path: [Substring]) -> [String: String]? {
        guard path.count == segments.count else { return nil }
        var parameters: [String: String] = [:]
        for (pattern, segment) in zip(segments, path) {
            if pattern.hasPrefix("{") {
                guard let value = PercentCoding.decode(segment) else { return nil }
                parameters[String(pattern.dropFirst().dropLast())] = value
            } else if pattern != segment {
                return nil
            }
        }
        return parameters
    }
}

enum PercentCoding {
    /// The text of a path segment; nil when its escapes or its UTF-8 are broken.
    static func decode(_ segment: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = segment.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16),
                value > 0
            else { return nil }
            rest = rest.dropFirst(2)
            bytes.append(value)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
