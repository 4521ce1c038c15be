import JSONValue
import Pipeline
import Statechart
import Store

/// Makes news of macrosteps: facts alone, no text and no payload.
package struct WebhookReader: Sendable {
    private let charts: ChartRegistry

    package init(charts: ChartRegistry) { self.charts = charts }

    /// Whether this node has the chart that says what the states mean.
    package func knows(_ step: HistoryStep) -> Bool { charts[step.chart] != nil }

    /// Nil when the subscription did not ask for it.
    package func news(of step: HistoryStep, for terms: SubscriptionTerms) -> WebhookNews? {
        let standing = self.standing(step.to, step.chart)
        guard terms.stages.isEmpty || terms.stages.contains(standing.stage),
            terms.statuses.isEmpty || terms.statuses.contains(standing.status),
            let topic = topics(of: step, standing).first(where: { terms.wants($0) })
        else { return nil }
        return news(of: step, standing, type: topic.rawValue)
    }

    /// A delivery that is sent once more says what it said.
    package func news(of step: HistoryStep, type: String) -> WebhookNews {
        news(of: step, standing(step.to, step.chart), type: type)
    }

    private func news(of step: HistoryStep, _ standing: Standing, type: String) -> WebhookNews {
        let data: JSONObject = [
            "post": .string(step.post.description), "fullname": JSON(step.post.fullname),
            "revision": .int(step.revision), "event": .string(Self.short(step.event)),
            "actor": .string(Self.short(step.actor)), "from": Self.list(step.from), "to": Self.list(step.to),
            "stage": .string(standing.stage), "status": .string(standing.status),
            "waits_for": .string(standing.waitsFor),
        ]
        return WebhookNews(post: step.post, revision: step.revision, at: step.at, type: type, data: data)
    }

    // MARK: - What a configuration means

    private struct Standing {
        var stage = ""
        var status = ""
        var hasEnded = false
        var waitsForPerson = false

        var waitsFor: String { hasEnded ? "nothing" : waitsForPerson ? "person" : "work" }
    }

    private func standing(_ configuration: [String], _ digest: String) -> Standing {
        guard let chart = charts[digest]?.interpreter.chart else { return Standing() }
        let meta = chart.meta(of: configuration)
        return Standing(
            stage: Self.short(meta["stage"]?.string ?? ""), status: Self.short(meta["status"]?.string ?? ""),
            hasEnded: configuration.contains { path in
                chart.state(at: path).map { $0.kind == .final && $0.parent == 0 } ?? false
            },
            waitsForPerson: chart.waitsForPerson(in: configuration))
    }

    /// The most telling first.
    private func topics(of step: HistoryStep, _ standing: Standing) -> [WebhookTopic] {
        let before = self.standing(step.from, step.chart)
        var topics: [WebhookTopic] = []
        if step.isParked { topics.append(.parked) }
        if standing.status == "failed", before.status != "failed" || before.stage != standing.stage {
            topics.append(.failed)
        }
        if standing.stage == "published", before.stage != "published" { topics.append(.published) }
        if standing.hasEnded, !before.hasEnded { topics.append(.ended) }
        if standing.waitsForPerson, !before.waitsForPerson { topics.append(.waitingForPerson) }
        if step.revision == 1 { topics.append(.created) }
        return topics + [.transitioned]
    }

    /// Names in charts have no limit of their own, and what is sent has one.
    private static func short(_ text: String) -> String {
        text.utf8.count <= 100 ? text : String(decoding: text.utf8.prefix(100), as: UTF8.self)
    }

    private static func list(_ states: [String]) -> JSON { .array(states.prefix(32).map { .string(short($0)) }) }
}

extension SubscriptionTerms {
    fileprivate func wants(_ topic: WebhookTopic) -> Bool {
        topics.contains(WebhookTopic.all) || topics.contains(topic.rawValue)
    }
}
