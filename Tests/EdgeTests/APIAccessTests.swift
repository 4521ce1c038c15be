import HTTPClient
import JSONValue
import Store
import Testing

/// Who may call what, and what nobody is told.
@Suite struct APIAccessTests {
    private static let keys = """
        api:
          keys:
            - {name: reader, scope: read, key_env: REJOINDER_SECRET_READER}
            - {name: tool, scope: trigger, key_env: REJOINDER_SECRET_TOOL}
            - {name: operator, scope: operate, key_env: REJOINDER_SECRET_OPERATOR}

        """
    private static let secrets = [
        "REJOINDER_SECRET_READER": "reader-key-4711", "REJOINDER_SECRET_TOOL": "tool-key-4712",
        "REJOINDER_SECRET_OPERATOR": "operator-key-4713",
    ]

    private static func bearer(_ key: String) -> [(String, String)] { [("Authorization", "Bearer \(key)")] }

    @Test(arguments: Backend.allCases)
    func `with keys configured each route needs a key with its scope`(_ backend: Backend) async throws {
        try await withService(backend, yaml: Self.keys, environment: Self.secrets) { edge in
            for path in ["/", "/v1/posts", "/queue/status", "/metrics", "/v1/endpoints", "/posts/42"] {
                let nobody = try await edge.get(path)
                #expect(nobody.status == 401 && nobody.headers["WWW-Authenticate"] == "Bearer", "\(path)")
                #expect(try await edge.get(path, headers: Self.bearer("wrong")).code == "unauthorized", "\(path)")
            }
            for path in ["/livez", "/readyz", "/assets/app.css"] {
                #expect(try await edge.get(path).status == 200, "\(path)")
            }
            let body: JSON = ["id": 42, "title": "A title"]
            let reader = try await edge.post("/v1/posts", body, headers: Self.bearer("reader-key-4711"))
            #expect(reader.status == 403 && reader.code == "forbidden")
            let tool = try await edge.post("/v1/posts", body, headers: Self.bearer("tool-key-4712"))
            #expect(tool.status == 201)
            let start = try await edge.store.history(PostID(42), after: 0, limit: 1).first
            #expect(start?.actor == "tool:tool")
            let retry: JSON = ["dry_run": true]
            let mayNot = try await edge.post("/queue/retry", retry, headers: Self.bearer("tool-key-4712"))
            #expect(mayNot.status == 403)
            let may = try await edge.post("/queue/retry", retry, headers: Self.bearer("operator-key-4713"))
            #expect(may.status == 200)
            #expect(try await edge.get("/v1/posts", headers: Self.bearer("operator-key-4713")).status == 200)
        }
    }

    @Test func `without keys only this machine's own names and pages may call`() async throws {
        try await withService(.sqlite) { edge in
            for host in ["evil.example", "127.0.0.1.evil.example", "evil.example:80"] {
                let response = try await edge.get("/v1/posts", headers: [("Host", host)])
                #expect(response.status == 403 && response.code == "forbidden", "\(host)")
            }
            for host in ["localhost", "LOCALHOST:1", "[::1]:9"] {
                #expect(try await edge.get("/v1/posts", headers: [("Host", host)]).status == 200, "\(host)")
            }
            for site in ["cross-site", "same-site"] {
                let headers = [("Sec-Fetch-Site", site)]
                let response = try await edge.post("/v1/posts", ["title": "x"], headers: headers)
                #expect(response.status == 403, "\(site)")
                let drain = try await edge.send(
                    "PUT", "/v1/endpoints/agent", Array(#"{"drained": true}"#.utf8), headers: headers)
                #expect(drain.status == 403, "\(site)")
            }
            let form = try await edge.send("POST", "/v1/posts", Array("{}".utf8), contentType: "text/plain")
            #expect(form.status == 415)
            let own = try await edge.post("/v1/posts", ["title": "x"], headers: [("Sec-Fetch-Site", "same-origin")])
            #expect(own.status == 201)
            #expect(try await edge.place.count("SELECT count(*) FROM posts") == 1)
        }
    }

    @Test(arguments: Backend.allCases)
    func `no answer, page or problem holds a secret`(_ backend: Backend) async throws {
        let bearer = Self.bearer("operator-key-4713")
        try await withService(backend, yaml: Self.keys, environment: Self.secrets) { edge in
            let created = try await edge.post(
                "/v1/posts", ["id": 42, "title": "Study: 90% of plastic comes from 10 rivers"], headers: bearer)
            #expect(created.status == 201)
            let start = try await edge.agent.starts.number(1, of: "start")
            #expect(try await edge.send(Callback(start, Callback.completed(["decision": "odd"]))).status == 202)
            _ = try await edge.accepted(try await edge.agent.starts.number(2, of: "start"))
            var shown = ""
            for path in [
                "/", "/posts/42", "/v1/posts", "/v1/posts/42", "/v1/posts/42/history", "/v1/posts/42/results",
                "/queue/status", "/queue/dead", "/v1/endpoints", "/metrics", "/readyz", "/nowhere", "/v1/posts?limit=x",
            ] {
                let response = try await edge.get(path, headers: bearer)
                shown += response.text + response.headers.names.map { response.headers[$0] ?? "" }.joined()
            }
            let forged = Callback(start, Callback.completed([:])).with { $0.signature = "v1,AAAA" }
            shown += try await edge.send(forged).text
            #expect(shown.contains("42-1"))
            let secrets = [
                start.secret, String(start.secret.dropFirst(6)), CallbackAgent.signingSecret.exposed,
                ServiceUnderTest.masterKey.exposed, "-key-471",
            ]
            for secret in secrets { #expect(!shown.contains(secret)) }
            #expect(try await edge.place.count("SELECT count(*) FROM jobs") == 1)
        }
    }
}
