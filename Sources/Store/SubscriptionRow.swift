import JSONValue

/// An outside system that is told by webhook of what happens to posts.
package struct SubscriptionRow: Sendable, Hashable {
    package enum State: String, Sendable, Hashable, CaseIterable { case active, disabled }

    /// What the secret is derived from, beside the subscription's id.
    package struct Secret: Sendable, Hashable {
        /// Names the master key.
        package var keyID: String
        package var generation: Int

        package init(keyID: String, generation: Int) {
            self.keyID = keyID
            self.generation = generation
        }
    }

    /// A secret that was replaced, and until when it signs beside the present one.
    package struct FormerSecret: Sendable, Hashable {
        package var secret: Secret
        package var until: Timestamp

        package init(_ secret: Secret, until: Timestamp) {
            self.secret = secret
            self.until = until
        }
    }

    /// A part of the history that is read, and sent, once more.
    package struct Replay: Sendable, Hashable {
        package var cursor: HistoryMark
        /// What was committed at this moment or later is not part of it.
        package var until: Timestamp

        package init(cursor: HistoryMark, until: Timestamp) {
            self.cursor = cursor
            self.until = until
        }
    }

    package var id: String
    package var terms: SubscriptionTerms
    package var state: State
    /// Why it is disabled; empty while it is active.
    package var reason: String
    package var secret: Secret
    package var former: FormerSecret?
    package var createdAt: Timestamp
    /// Goes up with each change of the row.
    package var version: Int64
    /// How far the history has been read.
    package var cursor: HistoryMark
    package var replay: Replay?
    /// Since when every attempt has failed; nil after a success, and where somebody disabled it.
    package var failingSince: Timestamp?
    /// The receiver asked not to be called before.
    package var pausedUntil: Timestamp?
    package var owner: String?
    /// Goes up with each owner; what the owner writes names it.
    package var epoch: Int64

    package init(
        id: String, terms: SubscriptionTerms, state: State = .active, reason: String = "", secret: Secret,
        former: FormerSecret? = nil, createdAt: Timestamp, version: Int64 = 1, cursor: HistoryMark,
        replay: Replay? = nil, failingSince: Timestamp? = nil, pausedUntil: Timestamp? = nil, owner: String? = nil,
        epoch: Int64 = 0
    ) {
        self.id = id
        self.terms = terms
        self.state = state
        self.reason = reason
        self.secret = secret
        self.former = former
        self.createdAt = createdAt
        self.version = version
        self.cursor = cursor
        self.replay = replay
        self.failingSince = failingSince
        self.pausedUntil = pausedUntil
        self.owner = owner
        self.epoch = epoch
    }
}

/// What a subscription is for, as its maker says it.
package struct SubscriptionTerms: Sendable, Hashable {
    package var url: String
    /// For people.
    package var label: String
    /// Types of events; `*` means all.
    package var topics: [String]
    /// Only events of posts that are then in one of these stages; empty means any.
    package var stages: [String]
    package var statuses: [String]

    package init(
        url: String, label: String = "", topics: [String], stages: [String] = [], statuses: [String] = []
    ) {
        self.url = url
        self.label = label
        self.topics = topics
        self.stages = stages
        self.statuses = statuses
    }
}

/// A change of a subscription by somebody.
package enum SubscriptionChange: Sendable, Hashable {
    case terms(SubscriptionTerms)
    /// Begins anew where it stopped: what is pending is due, and earlier failures do not count.
    case enable
    case disable(reason: String)
    /// Another secret, under a master key; the old one goes on for a time.
    case rotate(keyID: String, graceMicroseconds: Int64)
    /// From a moment on, up to another one.
    case replay(from: Timestamp, until: Timestamp)

    /// For the audit log.
    package var action: String {
        switch self {
        case .terms: "webhook.change"
        case .enable: "webhook.enable"
        case .disable: "webhook.disable"
        case .rotate: "webhook.rotate"
        case .replay: "webhook.replay"
        }
    }

    package var detail: JSONObject {
        switch self {
        case .terms(let terms): terms.detail
        case .enable: [:]
        case .disable(let reason): ["reason": .string(reason)]
        case .rotate(let keyID, _): ["key": .string(keyID)]
        case .replay(let from, let until):
            ["from": .string(from.description), "until": .string(until.description)]
        }
    }
}

extension SubscriptionTerms {
    /// For the audit log, without the rest of the URL: it may hold what only the receiver should know.
    package var detail: JSONObject {
        [
            "host": .string(host), "topics": .array(topics.map(JSON.string)), "stages": .array(stages.map(JSON.string)),
            "statuses": .array(statuses.map(JSON.string)),
        ]
    }

    /// Host and port as the URL has them.
    package var host: String {
        let rest = url.split(separator: "/", omittingEmptySubsequences: true).dropFirst().first ?? ""
        return String(rest.prefix { $0 != "?" && $0 != "#" })
    }
}

extension SubscriptionRow {
    package static let auditPrefix = "webhook:"

    /// The row as a change leaves it; stores write it when nobody has changed the row meanwhile.
    package func applying(_ change: SubscriptionChange, at now: Timestamp) -> SubscriptionRow {
        var row = self
        row.version += 1
        switch change {
        case .terms(let terms):
            row.terms = terms
            row.pausedUntil = nil
        case .enable:
            row.state = .active
            row.reason = ""
            row.failingSince = nil
            row.pausedUntil = nil
        case .disable(let reason):
            row.state = .disabled
            row.reason = reason
            row.failingSince = nil
        case .rotate(let keyID, let grace):
            row.former = FormerSecret(secret, until: now + .microseconds(grace))
            row.secret = Secret(keyID: keyID, generation: secret.generation + 1)
        case .replay(let from, let until):
            row.replay = Replay(cursor: HistoryMark(at: from), until: until)
        }
        return row
    }
}
