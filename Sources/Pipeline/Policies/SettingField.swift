import JSONValue

/// One setting: its name in files, what it means, and how it is read and written.
package struct SettingField: Sendable {
    /// Dotted path, such as `triage.max_retries`.
    package let name: String
    package let about: String
    let get: @Sendable (PipelineSettings) -> JSON
    let set: @Sendable (inout PipelineSettings, JSON) throws(ShapeError) -> Void

    init<Value: JSONMappable>(
        _ name: String, _ path: WritableKeyPath<PipelineSettings, Value> & Sendable, _ about: String,
        check: @escaping @Sendable (Value) -> Bool = { _ in true }
    ) {
        self.name = name
        self.about = about
        get = { $0[keyPath: path].json }
        set = { (settings, json) throws(ShapeError) in
            settings[keyPath: path] = try Self.checked(json, about, check)
        }
    }

    /// A setting of one kind of job.
    init<Value: JSONMappable>(
        _ source: JobSource, _ name: String, _ path: WritableKeyPath<PipelineSettings.JobPolicy, Value> & Sendable,
        _ about: String, check: @escaping @Sendable (Value) -> Bool
    ) {
        self.name = "\(source.rawValue).\(name)"
        self.about = about
        get = { $0[source][keyPath: path].json }
        set = { (settings, json) throws(ShapeError) in
            settings[source][keyPath: path] = try Self.checked(json, about, check)
        }
    }

    private static func checked<Value: JSONMappable>(
        _ json: JSON, _ about: String, _ check: (Value) -> Bool
    ) throws(ShapeError) -> Value {
        let value = try Value(json: json)
        guard check(value) else { throw ShapeError("the value is out of bounds: \(about)") }
        return value
    }

    /// All settings of the pipeline, in the order of their documentation.
    package static let all: [SettingField] =
        JobSource.allCases.flatMap(SettingField.policy) + posting + thresholds + [
            SettingField("editorial.max_revisions", \.maxRevisions, "how often a draft may go back, 0 to 10") {
                (0...10).contains($0)
            },
            SettingField("review.expiry", \.reviewExpiry, "how long a person has to decide", check: isPositive),
            SettingField("engagement.ages", \.engagementAges, "when a comment is looked at, 1 to 50 rising ages") {
                (1...50).contains($0.count) && $0.first.map(isPositive) == true
                    && zip($0, $0.dropFirst()).allSatisfy { $0 < $1 }
            },
            SettingField("poll_interval", \.pollInterval, "the safety net under every wake-up", check: isPositive),
            SettingField(
                "costs.per_post", \.costPerPost,
                "US dollars that a post may have cost before another call is made for it, 0 to 10,000; 0 for no limit"
            ) { (0...10_000).contains($0) },
            SettingField("blocked_domains", \.blockedDomains, "domains that no evidence may rest on, at most 1,000") {
                $0.count <= 1000
            },
        ]

    private static let isPositive: @Sendable (Duration) -> Bool = { $0 > .zero && $0 <= .seconds(366 * 86_400) }
    private static let isShare: @Sendable (Double) -> Bool = { (0...1).contains($0) }

    private static func policy(_ source: JobSource) -> [SettingField] {
        [
            SettingField(source, "max_retries", \.maxRetries, "retries after the first try, 0 to 50") {
                (0...50).contains($0)
            },
            SettingField(source, "timeout", \.timeout, "total time from assignment", check: isPositive),
            SettingField(source, "silence", \.silence, "how long a job may be silent", check: isPositive),
            SettingField(source, "queue_limit", \.queueLimit, "how long a job may queue", check: isPositive),
            SettingField(source, "backoff_base", \.backoffBase, "the first backoff", check: isPositive),
            SettingField(source, "backoff_cap", \.backoffCap, "the longest backoff", check: isPositive),
            SettingField(
                source, "time_sensitive", \.isTimeSensitive,
                "whether the fastest of equally preferred endpoints comes first"
            ) { _ in true },
        ]
    }

    private static let mostPerDay = PipelineSettings.Posting.mostPerDay

    private static let posting = [
        SettingField("posting.mode", \.posting.mode, "off, dry_run, approve or auto"),
        SettingField("posting.account_gap", \.posting.accountGap, "least time between an account's comments") {
            $0 >= .zero && $0 <= .seconds(30 * 86_400)
        },
        SettingField("posting.community_gap", \.posting.communityGap, "least time between comments in a community") {
            $0 >= .zero && $0 <= .seconds(30 * 86_400)
        },
        SettingField(
            "posting.max_per_day_account", \.posting.maxPerDayAccount,
            "comments a day of an account, 1 to \(mostPerDay), or 0 for no limit"
        ) { (0...mostPerDay).contains($0) },
        SettingField(
            "posting.max_per_day_community", \.posting.maxPerDayCommunity,
            "comments a day in a community, 1 to \(mostPerDay), or 0 for no limit"
        ) { (0...mostPerDay).contains($0) },
        SettingField(
            "posting.reconcile_after", \.posting.reconcileAfter, "from an uncertain outcome to the look for it",
            check: isPositive),
        SettingField("posting.max_reconciliations", \.posting.maxReconciliations, "looks before a decision, 1 to 20") {
            (1...20).contains($0)
        },
        SettingField(
            "posting.resend_after_reconcile", \.posting.resendAfterReconcile,
            "send again when nothing was found, instead of asking a person"),
        SettingField("posting.footer", \.posting.footer, "the disclosure under each comment, 20 to 1,000 characters") {
            (20...1000).contains($0.scalarCount)
        },
    ]

    private static let thresholds = [
        SettingField(
            "thresholds.check_worthiness", \.thresholds.checkWorthiness, "least for research, 0 to 1", check: isShare),
        SettingField(
            "thresholds.check_worthiness_of", \.thresholds.checkWorthinessOf,
            "the same for single communities, such as science=0.4, at most 1,000"
        ) { $0.count <= 1000 && $0.allSatisfy { PipelineSettings.communityShare($0) != nil } },
        SettingField(
            "thresholds.reply_confidence", \.thresholds.replyConfidence, "least for a reply, 0 to 1", check: isShare),
        SettingField("thresholds.independent_domains", \.thresholds.independentDomains, "needed domains, 1 to 10") {
            (1...10).contains($0)
        },
        SettingField(
            "thresholds.approve_confidence", \.thresholds.approveConfidence, "least for an approval, 0 to 1",
            check: isShare),
        SettingField("thresholds.post_characters", \.thresholds.postCharacters, "what models read, 500 to 100,000") {
            (500...100_000).contains($0)
        },
        SettingField("thresholds.reply_characters", \.thresholds.replyCharacters, "of a reply, 100 to 1,500") {
            (100...1500).contains($0)
        },
        SettingField("thresholds.priority", \.thresholds.priority, "least priority that is processed, 0 to 1,000") {
            (0...1000).contains($0)
        },
    ]
}
