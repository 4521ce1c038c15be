internal import CPostgres

/// Where to connect and how: the URL read by libpq, with our timeouts wherever the URL sets none.
struct ConnectionTarget: Sendable {
    /// How libpq finds out that the far side is gone: all shorter than a lease.
    private static let defaults = [
        ("connect_timeout", "3"), ("keepalives", "1"), ("keepalives_idle", "5"), ("keepalives_interval", "2"),
        ("keepalives_count", "3"), ("tcp_user_timeout", "8000"),
    ]

    /// What every session sets unless its owner says otherwise.
    private static let sessionDefaults = [
        ("TimeZone", "UTC"), ("DateStyle", "ISO"), ("bytea_output", "hex"), ("jit", "off"), ("lock_timeout", "5s"),
        ("idle_in_transaction_session_timeout", "10s"), ("statement_timeout", "30s"),
    ]

    private var parameters: [String: String]

    init(url: String, applicationName: String, sessionSettings: [(String, String)]) throws(PostgresError) {
        parameters = try Self.read(url)
        for (key, value) in Self.defaults + [("application_name", applicationName)] where parameters[key] == nil {
            parameters[key] = value
        }
        parameters["client_encoding"] = "UTF8"
        let isReading = sessionSettings.contains { $0 == ("default_transaction_read_only", "on") }
        // libpq would take a session that refuses writes by itself for a standby's, on every host.
        if isReading, parameters["target_session_attrs"] == "read-write" {
            parameters["target_session_attrs"] = "primary"
        }
        let overridden = Set(sessionSettings.map(\.0))
        let settings = Self.sessionDefaults.filter { !overridden.contains($0.0) } + sessionSettings
        let ours = settings.map { "-c \($0.0)=\(Self.escape($0.1))" }
        // The server takes the last word on a setting, so the URL's own options win.
        parameters["options"] = (ours + [parameters["options"]].compactMap { $0 }).joined(separator: " ")
    }

    /// How many hosts it names.
    var hostCount: Int {
        let hosts = parameters["host"] ?? parameters["hostaddr"] ?? ""
        return hosts.split(separator: ",", omittingEmptySubsequences: false).count
    }

    /// Opens a connection and blocks while doing so; the caller owns it, also when it failed.
    func open() -> OpaquePointer? {
        let pairs = parameters.sorted { $0.key < $1.key }
        return Self.withCStrings(pairs.map(\.key)) { keys in
            Self.withCStrings(pairs.map(\.value)) { values in PQconnectdbParams(keys, values, 0) }
        }
    }

    /// libpq's messages about a URL repeat parts of it, and those may be the password: none of them is passed on.
    private static func read(_ url: String) throws(PostgresError) -> [String: String] {
        let unreadable = PostgresError(
            .badParameter,
            "the database URL cannot be read (special characters in a password must be percent-encoded)")
        var message: UnsafeMutablePointer<CChar>?
        guard !url.utf8.contains(0), let options = PQconninfoParse(url, &message) else {
            if let message { PQfreemem(message) }
            throw unreadable
        }
        defer { PQconninfoFree(options) }
        var found: [String: String] = [:]
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { found[String(cString: keyword)] = String(cString: value) }
            option += 1
        }
        // A password with a bare "/" or "@" is taken for a port, a host or a database, which errors would show.
        let isMisread =
            ["host", "dbname"].contains { found[$0]?.contains("@") == true }
            || found["port"]?.utf8.allSatisfy { (48...57).contains($0) || $0 == UInt8(ascii: ",") } == false
        if isMisread { throw unreadable }
        return found
    }

    private static func escape(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing(" ", with: "\\ ")
    }

    /// Lends the strings as a NULL-terminated array of C strings.
    private static func withCStrings<R>(
        _ strings: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> R
    ) -> R {
        var buffer: [CChar] = []
        let starts = strings.map { text in
            defer { buffer.append(contentsOf: text.utf8CString) }
            return buffer.count
        }
        return buffer.withUnsafeBufferPointer { buffer in
            let pointers = starts.map { start in buffer.baseAddress.map { $0 + start } } + [nil]
            return pointers.withUnsafeBufferPointer { pointers in
                guard let base = pointers.baseAddress else { preconditionFailure("the array holds at least its end") }
                return body(base)
            }
        }
    }
}
