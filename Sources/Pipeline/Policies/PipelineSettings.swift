import JSONValue

/// Everything about posts that operators decide. Its defaults are safe: nothing is posted.
package struct PipelineSettings: Sendable, Hashable {
    package struct JobPolicy: Sendable, Hashable {
        package var maxRetries: Int
        /// Total time from assignment.
        package var timeout: Duration
        /// How long an endpoint may be silent.
        package var silence: Duration
        /// How long a job may wait to be assigned.
        package var queueLimit: Duration
        package var backoffBase: Duration
        package var backoffCap: Duration
        /// Whether, of equally preferred endpoints, the one that is measured to be the fastest gets its jobs.
        package var isTimeSensitive = false
    }

    package enum PostingMode: String, Sendable, Hashable, CaseIterable, JSONMappable {
        case off
        case dryRun = "dry_run"
        case approve, auto
    }

    package struct Posting: Sendable, Hashable {
        package var mode = PostingMode.dryRun
        /// Least time between two comments of an account, and within a community.
        package var accountGap = Duration.seconds(600)
        package var communityGap = Duration.seconds(3600)
        /// Zero: no limit; at most ``mostPerDay``.
        package var maxPerDayAccount = 8
        package var maxPerDayCommunity = 3
        /// Each comment of a day is a row among the limits, so a limit has an end itself.
        package static let mostPerDay = 200
        /// From an uncertain outcome to the look into the thread.
        package var reconcileAfter = Duration.seconds(60)
        package var maxReconciliations = 3
        /// Send again when reconciling found nothing, instead of asking a person.
        package var resendAfterReconcile = false
        package var footer =
            "I am an automated account: this reply was written by software from the sources linked above. "
            + "Wrong? Please say so below. Reply `!optout` to be left alone."
    }

    package struct Thresholds: Sendable, Hashable {
        /// A claim below this is not researched.
        package var checkWorthiness = 0.5
        /// The same for single communities, as `science=0.4`; their names compare without regard to case.
        package var checkWorthinessOf: [String] = []
        /// A finding below this earns no reply.
        package var replyConfidence = 0.75
        /// Independent domains that a reply needs when it has no primary source.
        package var independentDomains = 2
        /// An approval below this goes to a person.
        package var approveConfidence = 0.5
        /// Characters of a post that models read.
        package var postCharacters = 12_000
        /// Characters of a reply, without its footer.
        package var replyCharacters = 1_500
        /// Posts with a lower priority are not processed.
        package var priority = 0
    }

    package var triage = JobPolicy.model(timeout: .seconds(120))
    package var research = JobPolicy(
        maxRetries: 3, timeout: .seconds(3600), silence: .seconds(900), queueLimit: .seconds(86_400),
        backoffBase: .seconds(30), backoffCap: .seconds(3600))
    package var response = JobPolicy.model(timeout: .seconds(180))
    package var editorial = JobPolicy.model(timeout: .seconds(180))
    package var comment = JobPolicy.account
    package var reconcile = JobPolicy.account
    package var engagement = JobPolicy.account
    package var posting = Posting()
    package var thresholds = Thresholds()
    /// Times that a draft may go back to its writer.
    package var maxRevisions = 2
    package var reviewExpiry = Duration.seconds(86_400)
    /// When a published comment is looked at, counted from its publication.
    package var engagementAges: [Duration] = [600, 3600, 21_600, 86_400, 259_200, 604_800].map { .seconds($0) }
    /// The safety net under every wake-up.
    package var pollInterval = Duration.seconds(10)
    /// US dollars that a post may have cost before another call is made for it; 0 for no limit.
    package var costPerPost = 0.0
    /// Domains that nothing may rest on.
    package var blockedDomains: [String] = []

    package init() {}

    package subscript(source: JobSource) -> JobPolicy {
        get {
            switch source {
            case .triage: triage
            case .research: research
            case .response: response
            case .editorial: editorial
            case .comment: comment
            case .reconcile: reconcile
            case .engagement: engagement
            }
        }
        set {
            switch source {
            case .triage: triage = newValue
            case .research: research = newValue
            case .response: response = newValue
            case .editorial: editorial = newValue
            case .comment: comment = newValue
            case .reconcile: reconcile = newValue
            case .engagement: engagement = newValue
            }
        }
    }

    /// The settings as they are for posts of a community.
    package func forCommunity(_ name: String) -> PipelineSettings {
        let own = thresholds.checkWorthinessOf.lazy.compactMap(Self.communityShare)
            .last { $0.community == name.lowercased() }
        guard let own else { return self }
        var settings = self
        settings.thresholds.checkWorthiness = own.share
        return settings
    }

    /// Reads `science=0.4`; nil when it is something else.
    static func communityShare(_ text: String) -> (community: String, share: Double)? {
        let parts = text.split(separator: "=", maxSplits: 1)
        guard parts.count == 2, let share = Double(parts[1]), (0...1).contains(share) else { return nil }
        return (parts[0].lowercased(), share)
    }

    /// What guards and assignments may read as `settings`.
    package var forCharts: JSON {
        let stages: [(String, JSON)] = [JobSource.triage, .research, .response, .comment].map {
            ($0.rawValue, ["max_retries": self[$0].maxRetries.json])
        }
        return .object(
            JSONObject(stages).merging([
                "editorial": ["max_retries": editorial.maxRetries.json, "max_revisions": maxRevisions.json],
                "posting": [
                    "mode": posting.mode.json, "max_retries": comment.maxRetries.json,
                    "max_reconciliations": posting.maxReconciliations.json, "resend": posting.resendAfterReconcile.json,
                ],
                "engagement": ["checks": engagementAges.count.json],
            ]))
    }

    /// Names these very settings in the history.
    package var digest: String { TextHash.of(JSON.object(json).canonicalText) }
}

extension PipelineSettings.JobPolicy {
    static func model(timeout: Duration) -> Self {
        Self(
            maxRetries: 3, timeout: timeout, silence: timeout, queueLimit: .seconds(86_400), backoffBase: .seconds(5),
            backoffCap: .seconds(900), isTimeSensitive: true)
    }

    static let account = Self(
        maxRetries: 5, timeout: .seconds(90), silence: .seconds(90), queueLimit: .seconds(172_800),
        backoffBase: .seconds(30), backoffCap: .seconds(3600))
}
