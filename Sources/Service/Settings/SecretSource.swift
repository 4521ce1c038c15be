import Foundation

/// Where a secret comes from.
package enum SecretSource: Sendable {
    case environment(String)
    case file(String)

    /// Reads the secret; the error names the source and never the value.
    package func read(_ environment: [String: String]) throws(SettingsError) -> String {
        switch self {
        case .environment(let name):
            guard let value = environment[name], !value.isEmpty else {
                throw SettingsError("the environment variable \(name), named as a secret's source, is not set")
            }
            return value
        case .file(let path):
            guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
                throw SettingsError("the secret file \(path) cannot be read")
            }
            let value = text.trimmingCharacters(in: .whitespacesAndNewlines)
            guard !value.isEmpty else { throw SettingsError("the secret file \(path) is empty") }
            return value
        }
    }
}
