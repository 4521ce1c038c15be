import HTTPServer
import Threads

/// A web of many sites on one port of this machine, told apart by their names under `.localhost`.
final class LocalWeb: Sendable {
    typealias Answer = @Sendable (ServerRequest) async -> ServerResponse

    private let server: HTTPServer
    private let log: Shared<[String]>
    private let crowds: Shared<[String: (now: Int, most: Int)]>

    /// `pages` by `host/path`; a host's robots.txt is a page like others, and 404 where there is none.
    init(_ pages: @Sendable (UInt16) -> [String: Answer]) throws {
        let book = Shared<[String: Answer]>([:])
        let log = Shared<[String]>([])
        let crowds = Shared<[String: (now: Int, most: Int)]>([:])
        server = try HTTPServer(options: ServerOptions(handlerDeadline: .seconds(20))) { request in
            let host = String((request.headers["Host"] ?? "").prefix { $0 != ":" })
            let place = "\(host)\(request.path)"
            log.withLock { $0.append(place) }
            crowds.withLock { crowds in
                var crowd = crowds[host] ?? (0, 0)
                crowd.now += 1
                crowd.most = max(crowd.most, crowd.now)
                crowds[host] = crowd
            }
            defer { crowds.withLock { $0[host]?.now -= 1 } }
            guard let page = book.value[place] else { return ServerResponse(status: 404, text: "not here") }
            return await page(request)
        }
        self.log = log
        self.crowds = crowds
        book.set(pages(server.port))
    }

    var port: UInt16 { server.port }
    /// What was asked for, in order.
    var requests: [String] { log.value }
    /// Most requests that a host had at one time.
    var mostAtOnce: Int { crowds.value.values.map(\.most).max() ?? 0 }

    func close() async { await server.close(grace: .milliseconds(100)) }
}

extension ServerResponse {
    static func page(_ html: String, type: String = "text/html; charset=utf-8") -> ServerResponse {
        page(bytes: Array(html.utf8), type: type)
    }

    static func page(bytes: [UInt8], type: String, headers: [(String, String)] = []) -> ServerResponse {
        ServerResponse(status: 200, headers: [("Content-Type", type)] + headers, body: bytes)
    }

    static func redirect(_ url: String, status: Int = 302) -> ServerResponse {
        ServerResponse(status: status, headers: [("Location", url)])
    }
}
