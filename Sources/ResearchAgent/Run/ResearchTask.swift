import Crypto
import JSONValue
import Texts

/// A start as the callback contract has it: what is to be researched and whom to tell.
package struct ResearchTask: Sendable {
    package struct Claim: Sendable, Hashable {
        package let id: String
        package let text: String
    }

    /// Why a start cannot be taken.
    package struct Problem: Error, Hashable, CustomStringConvertible {
        package let description: String
        init(_ description: String) { self.description = description }
    }

    package let job: String
    package let attempt: Int64
    package let deadline: Timestamp?
    package let claims: [Claim]
    /// The post as the model gets it; strangers wrote it.
    let post: JSON
    package let callbackURL: String
    let secret: WebhookSecret
    /// Of what is asked, to know a repetition from another request under the same key.
    package let digest: String

    /// The same on every repetition of the attempt.
    package var key: String { "\(job)/\(attempt)" }
    /// Ours.
    package var id: String { "research_" + String(Digest.sha256Hex("run \(key)").prefix(24)) }

    static let claimLimit = 5

    package init(_ body: [UInt8]) throws(Problem) {
        let start: JSON
        do { start = try JSON.parse(body, limits: JSONLimits(depth: 64, bytes: 4 << 20)) } catch {
            throw Problem("the body is not JSON: \(error)")
        }
        guard let job = start["job_id"]?.string, !job.isEmpty, job.utf8.count <= 200 else {
            throw Problem("'job_id' must be a string of 1 to 200 bytes")
        }
        guard let attempt = start["attempt"]?.int, attempt > 0 else {
            throw Problem("'attempt' must be an integer above 0")
        }
        guard start["stage"]?.string == "research" else {
            throw Problem("'stage' must be research: nothing else is done here")
        }
        self.job = job
        self.attempt = attempt
        deadline = try Self.deadline(start["deadline"])
        claims = try Self.claims(start["input"]?["claims"])
        post = Self.post(start["input"]?["post"])
        (callbackURL, secret) = try Self.callback(start["callback"])
        let asked: JSON = ["input": start["input"] ?? nil, "output_schema": start["output_schema"] ?? nil]
        digest = Digest.sha256Hex(asked.canonicalText)
    }

    private static func deadline(_ json: JSON?) throws(Problem) -> Timestamp? {
        guard let json, !json.isNull, json.string != "" else { return nil }
        guard let moment = json.string.flatMap({ Timestamp($0) }) else {
            throw Problem("'deadline' must be a moment such as 2026-11-23T17:05:00Z")
        }
        return moment
    }

    private static func claims(_ json: JSON?) throws(Problem) -> [Claim] {
        let claims = (json?.array ?? []).compactMap { claim -> Claim? in
            guard let id = claim["claim_id"]?.string, (1...4).contains(id.utf8.count),
                let text = claim["text"]?.string, !text.isEmpty
            else { return nil }
            return Claim(id: id, text: PlainText.collapsed(text).capped(1000))
        }
        guard !claims.isEmpty else {
            throw Problem("'input.claims' must be a list of claims with 'claim_id' and 'text'")
        }
        var seen: Set<String> = []
        return Array(claims.filter { seen.insert($0.id).inserted }.prefix(claimLimit))
    }

    private static func post(_ json: JSON?) -> JSON {
        [
            "title": .string(PlainText.collapsed(json?["title"]?.string ?? "").capped(300)),
            "created_at": .string((json?["created_at"]?.string ?? "").capped(40)),
            "subreddit": .string(PlainText.collapsed(json?["subreddit"]?.string ?? "").capped(50)),
        ]
    }

    private static func callback(_ json: JSON?) throws(Problem) -> (String, WebhookSecret) {
        guard let url = json?["url"]?.string, url.hasPrefix("http://") || url.hasPrefix("https://"),
            url.utf8.count <= 2000
        else { throw Problem("'callback.url' must be an http or https URL") }
        guard let secret = json?["secret"]?.string.flatMap({ WebhookSecret($0) }) else {
            throw Problem("'callback.secret' must be a secret of the form whsec_…")
        }
        return (url, secret)
    }
}
