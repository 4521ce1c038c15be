import Pipeline

/// Every setting there is. The command `rejoinder settings` prints this table.
package enum SettingTable {
    package static let all: [SettingKey] = service + growth + webhooks + reddit + pipeline

    private static let service = [
        SettingKey(
            "database", .text, "", "postgres://… for Postgres; empty for SQLite in the data folder", isSecret: false),
        SettingKey("data", .text, "rejoinder-data", "folder for the SQLite file and for keys that the service makes"),
        SettingKey("node", .text, "", "this process's name in leases; empty for host name and process id"),
        SettingKey("listen.address", .text, "127.0.0.1", "address to listen on; others than loopback need API keys"),
        SettingKey("listen.port", .number(0...65535), "8787", "port to listen on; 0 for any free one"),
        SettingKey(
            "listen.public_url", .text, "",
            "base of callback URLs as endpoints reach it; empty for the listening address"),
        SettingKey(
            "log.level", .choice(["debug", "info", "notice", "warning", "error"]), "info", "least level to log"),
        SettingKey(
            "log.format", .choice(["auto", "json", "text"]), "auto", "auto: text on a terminal, JSON lines elsewhere"),
        SettingKey("chart", .text, "", "file of the post's chart; empty for the built-in statecharts/post.yaml"),
        SettingKey(
            "prompts.folder", .text, "",
            "folder with triage.md, response.md or editorial.md in the place of the built-in prompts"),
        SettingKey("callbacks.key", .text, "", "master key of callback secrets, shared by all nodes", isSecret: true),
        SettingKey(
            "callbacks.key_file", .text, "", "file with the master key; empty for callback.key in the data folder"),
        SettingKey(
            "callbacks.previous_key_file", .text, "", "file with the last master key, accepted while it is rotated out"),
        SettingKey("engine.lanes", .number(1...16), "2", "lanes with a writer connection each"),
        SettingKey("engine.batch_limit", .number(1...5000), "500", "posts in one transaction at most"),
        SettingKey("engine.queue_limit", .number(10...1_000_000), "10000", "events of a lane that may wait"),
        SettingKey(
            "engine.operation_rate", .number(1...100_000), "1000", "posts a second that an operation on many works on"),
        SettingKey("engine.lease", .duration, "5s", "how long a node owns an endpoint without renewing its lease"),
        SettingKey("engine.breaker_faults", .number(1...1000), "3", "faults in a row that open an endpoint's breaker"),
        SettingKey(
            "engine.breaker_pause", .duration, "2s", "first pause of an open breaker; it doubles up to a minute"),
        SettingKey("drain.grace", .duration, "4s", "how long a stopping service lets attempts under way finish"),
    ]

    private static let growth = [
        SettingKey(
            "retention.finished", .duration, "90d", "how long posts that have ended are kept, and history; 0 keeps none"
        ),
        SettingKey("retention.texts", .duration, "30d", "how long texts of ended posts and raw deliveries are kept"),
        SettingKey("retention.webhooks", .duration, "30d", "how long ended deliveries of outgoing webhooks are kept"),
        SettingKey("retention.ledger", .duration, "400d", "how long costs, audit and ids of purged posts are kept"),
        SettingKey(
            "retention.partition_days", .number(1...31), "7", "days of history in a new partition (Postgres)"),
        SettingKey(
            "archive.folder", .text, "", "where ended posts are written before they are purged; empty for nowhere"),
        SettingKey(
            "purge.batch", .number(1...5000), "500", "posts that are purged in one transaction; on SQLite at most 100"),
        SettingKey("purge.pause", .duration, "20ms", "least pause between two such transactions"),
        SettingKey("upkeep.interval", .duration, "1h", "time between two rounds of archiving and purging"),
    ]

    private static let webhooks = [
        SettingKey(
            "webhooks.allowed_hosts", .texts, "",
            "hosts with ports that outgoing webhooks may go to at private addresses and by plain HTTP"),
        SettingKey("webhooks.poll", .duration, "1s", "how often the history is looked at for outgoing webhooks"),
        SettingKey("webhooks.timeout", .duration, "15s", "how long a receiver of a webhook may take"),
    ]

    private static let reddit = [
        SettingKey("reddit.communities", .texts, "", "communities to scan, without r/; empty for no scan"),
        SettingKey("reddit.scan_interval", .duration, "60s", "time between two scans"),
        SettingKey("reddit.account", .text, "", "name of the account that posts and scans"),
        SettingKey("reddit.api_url", .text, "https://oauth.reddit.com", "base URL of the API"),
        SettingKey(
            "reddit.token_url", .text, "https://www.reddit.com/api/v1/access_token", "URL of the token endpoint"),
        SettingKey("reddit.client_id", .text, "", "id of the OAuth client"),
        SettingKey("reddit.client_secret", .text, "", "secret of the OAuth client", isSecret: true),
        SettingKey("reddit.client_secret_file", .text, "", "file with the secret of the OAuth client"),
        SettingKey("reddit.password", .text, "", "password of the account", isSecret: true),
        SettingKey("reddit.password_file", .text, "", "file with the password of the account"),
        SettingKey(
            "reddit.user_agent", .text, "",
            "User-Agent, of the form platform:app:version (by /u/name); empty for linux:rejoinder:<version>"),
    ]

    private static let pipeline = SettingField.all.map { field in
        SettingKey(field.name, .text, "", field.about)
    }

    /// Whether a setting belongs to the pipeline, which reads and checks its own.
    static func isOfPipeline(_ name: String) -> Bool { pipeline.contains { $0.name == name } }
}
