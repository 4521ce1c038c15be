import JSONValue

/// A setting that cannot be read, by name.
package struct SettingError: Error, Hashable, CustomStringConvertible {
    /// Dotted path of the setting.
    package let name: String
    package let message: String
    package var description: String { "\(name): \(message)" }
}

extension PipelineSettings {
    /// All settings, in the nested form that ``init(reading:over:)`` reads.
    package var json: JSONObject {
        var object = JSONObject()
        for field in SettingField.all { Self.put(field.get(self), at: field.name.split(separator: "."), in: &object) }
        return object
    }

    /// Settings of a file laid over others. Unknown names are refused.
    package init(reading object: JSONObject, over base: PipelineSettings = PipelineSettings()) throws(SettingError) {
        self = base
        let fields = Dictionary(SettingField.all.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        try read(object, under: "", fields)
    }

    private mutating func read(
        _ object: JSONObject, under prefix: String, _ fields: [String: SettingField]
    ) throws(SettingError) {
        for (key, value) in object {
            let name = prefix + key
            if let field = fields[name] {
                try set(field, value)
            } else if let members = value.object, fields.keys.contains(where: { $0.hasPrefix(name + ".") }) {
                try read(members, under: name + ".", fields)
            } else {
                throw SettingError(name: String(name.prefix(120)), message: "there is no such setting")
            }
        }
    }

    private mutating func set(_ field: SettingField, _ value: JSON) throws(SettingError) {
        do {
            try field.set(&self, value)
        } catch {
            throw SettingError(name: field.name, message: error.description)
        }
    }

    private static func put(_ value: JSON, at path: [Substring], in object: inout JSONObject) {
        guard let first = path.first.map(String.init) else { return }
        guard path.count > 1 else {
            object[first] = value
            return
        }
        var inner = object[first]?.object ?? JSONObject()
        put(value, at: Array(path.dropFirst()), in: &inner)
        object[first] = .object(inner)
    }
}
