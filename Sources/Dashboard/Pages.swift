import Assets
import HTTPServer
import Mustache

/// The page templates and static files, all carried by the binary. Templates escape what they are given.
struct Pages: Sendable {
    private let templates: [String: MustacheTemplate]

    init() throws {
        var templates: [String: MustacheTemplate] = [:]
        for asset in Asset.under("web") where asset.name.hasSuffix(".mustache") {
            templates[String(asset.name.dropLast(9))] = try MustacheTemplate(string: asset.text)
        }
        self.templates = templates
    }

    func render(_ name: String, _ values: [String: Any]) -> String { templates[name]?.render(values) ?? "" }

    /// Nothing but our own files, no inline code, no framing.
    static let policy =
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

    static func response(_ html: String) -> ServerResponse {
        ServerResponse(
            status: 200,
            headers: [
                ("Content-Type", "text/html; charset=utf-8"), ("Content-Security-Policy", policy),
                ("Referrer-Policy", "same-origin"), ("Cache-Control", "no-store"),
            ],
            body: Array(html.utf8))
    }

    static func file(_ name: String) -> ServerResponse? {
        let types = ["css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"]
        guard let ending = name.split(separator: ".").last, let type = types[String(ending)],
            let asset = Asset.at("web/\(name)")
        else { return nil }
        return ServerResponse(
            status: 200, headers: [("Content-Type", type), ("Cache-Control", "no-cache")], body: asset.bytes)
    }
}
