import Crypto
import Engine
import HTTPClient
import JSONValue
import Logging
import Pipeline
import Store
import Webhooks

/// The parts that tell outside systems of what happens to posts.
struct OutgoingParts {
    let http: HTTPClient
    let loop: WebhookLoop
    let desk: SubscriptionDesk

    init(
        _ settings: ServiceSettings, store: any Store, charts: ChartRegistry, keys: CallbackKeys, clock: DatabaseClock,
        logger: Logger
    ) throws {
        let values = settings.values
        let address = WebhookAddress(allowed: values.texts("webhooks.allowed_hosts"))
        for host in address.allowed where !host.contains(":") {
            throw SettingsError("webhooks.allowed_hosts has '\(host)': name the port too, as in '\(host):443'")
        }
        var options = WebhookOptions()
        options.poll = max(values.duration("webhooks.poll"), .milliseconds(10))
        options.timeout = values.duration("webhooks.timeout")
        guard (.milliseconds(100)...Duration.seconds(50)).contains(options.timeout) else {
            throw SettingsError("webhooks.timeout must be from 100ms to 50s")
        }
        // Its own connections: what a guard has let through is not used for anything else.
        http = HTTPClient(
            maximumConnections: 1024, userAgent: "rejoinder/\(Composition.version)", addresses: address.addresses)
        let parts = WebhookParts(
            store: store, reader: WebhookReader(charts: charts),
            courier: WebhookCourier(client: http, keys: keys, timeout: options.timeout), options: options,
            now: { clock.now }, logger: logger)
        loop = WebhookLoop(parts, node: settings.node)
        desk = SubscriptionDesk(parts, address: address, loop: loop)
    }
}
