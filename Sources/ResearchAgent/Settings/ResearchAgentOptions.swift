import Crypto
import JSONValue
import Threads

/// How a research agent is set up.
package struct ResearchAgentOptions: Sendable {
    /// Why an agent cannot be set up so.
    package struct Problem: Error, Hashable, CustomStringConvertible {
        package let description: String
        package init(_ description: String) { self.description = description }
    }

    package var address = "127.0.0.1"
    package var port: UInt16 = 0
    /// Of which any one must have signed a start. Empty on loopback only.
    package var secrets: [WebhookSecret] = []
    package var model: ModelEndpoint
    package var search: SearchProvider
    package var limits = ResearchLimits()
    /// Jobs that run at the same time.
    package var jobs = 4
    /// Places (`host:port`) whose pages may be fetched although their addresses are private.
    package var allowedHosts: Set<String> = []
    /// A page about this agent, for those whose sites it reads.
    package var contact: String

    /// After so long without progress the last one is sent again.
    package var repeatProgress = Duration.seconds(60)
    /// For tests.
    package var time = TimeSource.system
    package var now: @Sendable () -> Timestamp

    package init(
        model: ModelEndpoint, search: SearchProvider, contact: String, now: @escaping @Sendable () -> Timestamp
    ) {
        self.model = model
        self.search = search
        self.contact = contact
        self.now = now
    }

    /// Finds what would only fail later, or be unsafe.
    package func check() throws(Problem) {
        if secrets.isEmpty, !["127.0.0.1", "::1"].contains(address), !address.hasPrefix("127.") {
            throw Problem(
                "without a secret for starts anybody who reaches \(address) could give it work: name one, or listen on "
                    + "127.0.0.1")
        }
        for place in allowedHosts {
            let parts = place.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count >= 2, let port = parts.last.flatMap({ UInt16($0) }), port > 0, !parts[0].isEmpty else {
                throw Problem("'\(place.prefix(80))' is no host with a port, such as intranet.example:443")
            }
        }
        for (name, value) in [
            ("jobs", jobs), ("queries", limits.queries), ("pages", limits.pages), ("tokens", limits.tokens),
            ("page bytes", limits.pageBytes), ("rounds", limits.rounds),
        ] where value < 1 {
            throw Problem("the limit of \(name) must be at least 1, not \(value)")
        }
        if limits.tokens < 10_000 { throw Problem("less than 10000 tokens are not enough for any research") }
        if limits.pageBytes > 8 << 20 { throw Problem("pages of more than \(8 << 20) bytes are not read") }
        if limits.time < .seconds(5) { throw Problem("a research needs at least 5 seconds") }
    }
}
