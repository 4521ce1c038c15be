import JSONValue

/// A type that stage results are made of, with its one form in JSON.
protocol JSONMappable: SendableMetatype {
    init(json: JSON) throws(ShapeError)
    var json: JSON { get }
}

/// Why a stored or delivered value does not have a result's shape.
package struct ShapeError: Error, Hashable, CustomStringConvertible {
    package let description: String
    init(_ description: String) { self.description = description }
}

/// Reads members of an object into typed properties.
struct Members {
    private let object: JSONObject

    init(_ json: JSON) throws(ShapeError) {
        guard let object = json.object else { throw ShapeError("expected an object, found \(json.typeName)") }
        self.object = object
    }

    /// A missing member reads like null, so only optional properties may be left out.
    func callAsFunction<Value: JSONMappable>(_ key: String) throws(ShapeError) -> Value {
        do throws(ShapeError) {
            return try Value(json: object[key] ?? .null)
        } catch {
            throw ShapeError("\(key): \(error)")
        }
    }
}

extension JSON: JSONMappable {
    init(json: JSON) { self = json }
    var json: JSON { self }
}

extension String: JSONMappable {
    init(json: JSON) throws(ShapeError) {
        guard let value = json.string else { throw ShapeError("expected a string, found \(json.typeName)") }
        self = value
    }
    var json: JSON { .string(self) }
}

extension Bool: JSONMappable {
    init(json: JSON) throws(ShapeError) {
        guard let value = json.bool else { throw ShapeError("expected a boolean, found \(json.typeName)") }
        self = value
    }
    var json: JSON { .bool(self) }
}

extension Int: JSONMappable {
    init(json: JSON) throws(ShapeError) {
        guard let value = json.int.flatMap(Int.init(exactly:)) else {
            throw ShapeError("expected an integer, found \(json.typeName)")
        }
        self = value
    }
    var json: JSON { .int(Int64(self)) }
}

extension Double: JSONMappable {
    init(json: JSON) throws(ShapeError) {
        guard let value = json.double else { throw ShapeError("expected a number, found \(json.typeName)") }
        self = value
    }
    var json: JSON { .double(self) }
}

extension Timestamp: JSONMappable {
    init(json: JSON) throws(ShapeError) {
        guard let value = json.string.flatMap({ Timestamp($0) }) else { throw ShapeError("expected a date and time") }
        self = value
    }
    var json: JSON { .string(description) }
}

extension Optional: JSONMappable where Wrapped: JSONMappable {
    init(json: JSON) throws(ShapeError) { self = json.isNull ? nil : try Wrapped(json: json) }
    var json: JSON { self?.json ?? .null }
}

extension Array: JSONMappable where Element: JSONMappable {
    init(json: JSON) throws(ShapeError) {
        guard let elements = json.array else { throw ShapeError("expected an array, found \(json.typeName)") }
        self = try elements.map { element throws(ShapeError) in try Element(json: element) }
    }
    var json: JSON { .array(map(\.json)) }
}

extension JSONMappable where Self: RawRepresentable, RawValue == String {
    init(json: JSON) throws(ShapeError) {
        guard let value = json.string.flatMap(Self.init(rawValue:)) else {
            throw ShapeError("expected one of the known words")
        }
        self = value
    }
    var json: JSON { .string(rawValue) }
}
