/// Settings under which a whole life takes a second or two.
enum RigSettings {
    static func base(database: String, data: String) -> [String: String] {
        var settings = [
            "database": database, "data": data, "node": "test-node", "listen.port": "0", "poll_interval": "500ms",
            "engine.breaker_pause": "200ms", "review.expiry": "500ms",
            "engagement.ages": "300ms, 600ms", "editorial.max_revisions": "1",
            "posting.account_gap": "0s", "posting.community_gap": "0s", "posting.max_per_day_account": "0",
            "posting.max_per_day_community": "0", "posting.reconcile_after": "200ms",
            "posting.resend_after_reconcile": "true",
        ]
        for source in ["triage", "research", "response", "editorial", "comment", "reconcile", "engagement"] {
            settings["\(source).backoff_base"] = "50ms"
            settings["\(source).backoff_cap"] = "300ms"
            settings["\(source).timeout"] = "20s"
            settings["\(source).silence"] = "20s"
        }
        return settings
    }

    static func reddit(_ url: String) -> [String: String] {
        [
            "reddit.account": "rejoinder_bot", "reddit.client_id": "rejoinder", "reddit.api_url": url,
            "reddit.token_url": url, "reddit.scan_interval": "400ms", "reddit.communities": "all",
            "posting.mode": "auto",
        ]
    }
}
