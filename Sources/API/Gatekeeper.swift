import Crypto
import HTTPServer

/// Says who may call what. Without keys the service answers to this machine only, by its own names.
package struct Gatekeeper: Sendable {
    /// A bearer key, kept as the digest of its text.
    package struct Key: Sendable {
        package let name: String
        package let digest: [UInt8]
        package let scope: Scope

        package init(name: String, secret: String, scope: Scope) {
            self.name = name
            digest = Digest.sha256(secret.utf8)
            self.scope = scope
        }
    }

    private let keys: [Key]
    private let hosts: Set<String>

    /// `hosts` are names besides the loopback ones under which the service may be called without a key.
    package init(keys: [Key], hosts: Set<String> = []) {
        self.keys = keys
        self.hosts = hosts.union(["localhost", "127.0.0.1", "[::1]"])
    }

    /// Who calls; refuses those who may not.
    func admit(_ request: ServerRequest, scope: Scope) throws(Problem) -> String {
        if scope == .none { return "anybody" }
        if keys.isEmpty { return try admitLocal(request) }
        guard let given = request.headers["Authorization"], given.lowercased().hasPrefix("bearer ") else {
            throw unauthorized("send the key as 'Authorization: Bearer <key>'")
        }
        let digest = Digest.sha256(given.dropFirst(7).utf8)
        var found: Key?
        for key in keys where Digest.constantTimeEqual(key.digest, digest) { found = key }
        guard let found else { throw unauthorized("the key is not known") }
        guard found.scope >= scope else {
            throw Problem(
                403, .forbidden, "this needs a key with the scope '\(scope)'; '\(found.name)' has '\(found.scope)'")
        }
        return "tool:\(found.name)"
    }

    /// Another site's page may send requests here from this machine's browser: a foreign Host or origin is refused.
    private func admitLocal(_ request: ServerRequest) throws(Problem) -> String {
        let host = request.headers["Host"] ?? ""
        let name = host.hasPrefix("[") ? String(host.prefix { $0 != "]" }) + "]" : String(host.prefix { $0 != ":" })
        guard hosts.contains(name.lowercased()) else {
            throw Problem(403, .forbidden, "call the service by a name of this machine, or configure a key")
        }
        let site = request.headers["Sec-Fetch-Site"] ?? "none"
        guard request.method == "GET" || request.method == "HEAD" || site == "none" || site == "same-origin" else {
            throw Problem(403, .forbidden, "a page of another site may not send this")
        }
        return "person:local"
    }

    private func unauthorized(_ detail: String) -> Problem {
        var problem = Problem(401, .unauthorized, detail)
        problem.headers = [("WWW-Authenticate", "Bearer")]
        return problem
    }
}
