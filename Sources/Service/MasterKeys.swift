import Crypto
import Foundation

/// The master keys of callback secrets: given, or made once and kept in the data folder for its owner only.
enum MasterKeys {
    static func load(_ settings: ServiceSettings) throws -> CallbackKeys {
        var ring: [CallbackKeys.MasterKey] = [key(try current(settings))]
        let previous = settings.values.text("callbacks.previous_key_file")
        if !previous.isEmpty { ring.append(key(try SecretSource.file(previous).read(settings.environment))) }
        return CallbackKeys(ring: ring)
    }

    private static func key(_ text: String) -> CallbackKeys.MasterKey {
        CallbackKeys.MasterKey(bytes: WebhookSecret(text)?.bytes ?? Digest.sha256(text.utf8))
    }

    private static func current(_ settings: ServiceSettings) throws -> String {
        if let given = try settings.secret("callbacks.key") { return given }
        let path = settings.values.text("data") + "/callback.key"
        if let text = try? String(contentsOfFile: path, encoding: .utf8) { return text }
        let made = WebhookSecret(bytes: Digest.randomBytes(32)).exposed
        try FileManager.default.createDirectory(
            atPath: settings.values.text("data"), withIntermediateDirectories: true)
        guard
            FileManager.default.createFile(
                atPath: path, contents: Data(made.utf8), attributes: [.posixPermissions: 0o600])
        else { throw SettingsError("the key file \(path) cannot be written: set callbacks.key_file") }
        return made
    }
}
