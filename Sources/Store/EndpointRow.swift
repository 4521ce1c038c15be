import JSONValue

/// A server that does jobs, as configured. Secrets are never here: they come from files or the environment, by name.
package struct EndpointRow: Sendable, Hashable {
    package var name: String
    package var url: String
    /// `callback`, `chat`, `responses`, `a2a`, `reddit` or `mock`.
    package var wireProtocol: String
    package var model: String
    /// Sources of jobs that it can do, such as `triage`.
    package var capabilities: [String]
    package var maxConcurrent: Int
    /// A drained endpoint finishes what it has and gets nothing new.
    package var isDrained: Bool
    /// Price of a million tokens in and out, in microdollars.
    package var inputPrice: Int64
    package var outputPrice: Int64
    /// Higher is preferred among endpoints that can do the same.
    package var preference: Int
    /// Nil: no limit.
    package var rate: EndpointRate?
    package var budget: EndpointBudget?

    package init(
        name: String, url: String, wireProtocol: String, model: String, capabilities: [String], maxConcurrent: Int,
        isDrained: Bool = false, inputPrice: Int64 = 0, outputPrice: Int64 = 0, preference: Int = 0,
        rate: EndpointRate? = nil, budget: EndpointBudget? = nil
    ) {
        self.name = name
        self.url = url
        self.wireProtocol = wireProtocol
        self.model = model
        self.capabilities = capabilities
        self.maxConcurrent = maxConcurrent
        self.isDrained = isDrained
        self.inputPrice = inputPrice
        self.outputPrice = outputPrice
        self.preference = preference
        self.rate = rate
        self.budget = budget
    }
}

/// A row of the view `llm_endpoints`: the endpoint with its load, counted from its running jobs at this moment.
package struct EndpointLoad: Sendable, Hashable {
    package var endpoint: EndpointRow
    package var currentLoad: Int
    package var owner: String?
    package var epoch: Int64
    /// Until when it is the owner's, unless that one renews its lease; it may have run out.
    package var leaseUntil: Timestamp?

    package init(endpoint: EndpointRow, currentLoad: Int, owner: String?, epoch: Int64, leaseUntil: Timestamp?) {
        self.endpoint = endpoint
        self.currentLoad = currentLoad
        self.owner = owner
        self.epoch = epoch
        self.leaseUntil = leaseUntil
    }
}

/// The ownership of an endpoint by a node. The epoch goes up with each new owner; writes that depend on the lease name it.
package struct Lease: Sendable, Hashable {
    package var endpoint: String
    package var node: String
    package var epoch: Int64

    package init(endpoint: String, node: String, epoch: Int64) {
        self.endpoint = endpoint
        self.node = node
        self.epoch = epoch
    }
}
