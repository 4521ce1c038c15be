import Store

/// A run in which the endpoints are down for long while posts come in, and nothing else goes wrong.
extension World {
    /// Posts come evenly as long as the outage lasts.
    func planIntake() {
        let span = Int64(plan.troubleSeconds) * 1_000_000 / Int64(plan.posts)
        for (index, post) in postIDs.enumerated() {
            after(Int64(index) * span) { [self] in
                if let node = someNode() { create([post], by: node) }
            }
        }
    }

    /// How an endpoint meets an attempt: no connection, or 429; once it is back, as it should.
    var outage: Agents.Behaviour {
        isHealed ? .callsBack : [.unreachable, .faults, .unreachable][dice.below(3)]
    }

    /// Nothing is given up because its endpoints were down.
    func judgeOutage(_ write: PostWrite) {
        guard plan.isOutage, write.state.waitsFor == .person || write.state.status == "failed" else { return }
        fail("outage", "post \(write.post) was given up in \(write.state.configuration)")
    }
}
