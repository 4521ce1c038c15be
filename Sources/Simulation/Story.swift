import JSONValue
import Store

/// What happens in a run: drawn from the seed before it begins, and told as it goes.
extension World {
    func prepare() {
        database.reconcileEndpoints(endpointRows())
        for digest in shelf.digests { database.charts[digest] = digest }
        for index in 0..<plan.nodes {
            let all = Set(shelf.digests)
            startNode(digests: plan.hasForeignCharts && index % 2 == 1 ? shelf.without(index, of: all) : all)
        }
        tally[.law7] += plan.isDeaf ? 1 : 0
        planInputs()
        planTrouble()
        after(seconds: Double(plan.troubleSeconds)) { [self] in heal() }
        after(seconds: 1) { [self] in lookAround() }
    }

    private func endpointRows() -> [EndpointRow] {
        let agents = ["triage", "research", "response", "editorial"]
        var rows = [endpoint("agent-a", agents, preference: 1)]
        if dice.chance(60) { rows.append(endpoint("agent-b", dice.chance(50) ? agents : ["triage"], preference: 0)) }
        rows.append(endpoint("reddit:bot", ["comment", "reconcile", "engagement"], preference: 0))
        return rows
    }

    private func endpoint(_ name: String, _ capabilities: [String], preference: Int) -> EndpointRow {
        var row = EndpointRow(
            name: name, url: "", wireProtocol: "simulated", model: "m", capabilities: capabilities,
            maxConcurrent: dice.within(1...3), preference: preference)
        guard !plan.isOutage, !capabilities.contains("comment") else { return row }
        if dice.chance(35) {
            row.rate = EndpointRate(count: dice.within(1...6), microseconds: Int64(dice.within(1...6)) * 1_000_000)
        }
        if dice.chance(35) {
            let cost = Agents.highestCost
            row.budget = EndpointBudget(perDay: Int64(dice.within(2...9)) * cost + cost / 2, jobCost: cost)
        }
        return row
    }

    var postIDs: [PostID] { (1...plan.posts).map { PostID(Int64($0)) } }

    private func planInputs() {
        guard !plan.isOutage else { return planIntake() }
        for post in postIDs {
            let at = dice.span(upTo: 8_000_000)
            after(at) { [self] in createSomewhere([post]) }
            if dice.chance(35) {
                tally[.doubledCreations] += 1
                after(at + (dice.chance(50) ? 0 : dice.span(upTo: 3_000_000))) { [self] in
                    createSomewhere([post, dice.pick(postIDs)])
                }
            }
        }
        let events = 4 + dice.below(14)
        for _ in 0..<events {
            after(Int64(dice.below(plan.troubleSeconds)) * 1_000_000 + Int64(dice.below(1_000_000))) { [self] in
                input()
            }
        }
    }

    private func createSomewhere(_ posts: [PostID]) {
        guard let node = someNode() else { return }
        create(Array(Set(posts)).sorted(), by: node)
    }

    private static let goodEvents = ["poke", "poke", "poke", "tell", "later", "approve", "retry", "cancel", "reject"]

    private func input() {
        guard let node = someNode() else { return }
        let post = dice.pick(postIDs)
        switch dice.weighted([40, 12, 8, 15, 10, 15, 12]) {
        case 0: trigger(dice.pick(Self.goodEvents), post, by: node)
        case 1: badInput(post, node)
        case 2:
            tally[.brokenInputs] += 1
            if dice.chance(50) {
                trigger(dice.pick(["break", "loop"]), post, by: node, kind: .broken)
            } else {
                emit(dice.pick(["break", "loop"]), post, by: node)
            }
        case 3: emit(dice.pick(["poke", "poke", "tell", "approve"]), post, by: node)
        case 4:
            let revision = database.posts[post]?.row.revision ?? 1
            trigger("poke", post, by: node, expecting: revision)
            if let other = someNode() { trigger("poke", post, by: other, expecting: revision) }
        case 5: burst(node)
        default: operate(dice.chance(75) ? .hold(reason: "simulated") : .release(reason: "simulated"), post, by: node)
        }
    }

    /// One that the store refuses, among good ones of the same moment.
    private func badInput(_ post: PostID, _ node: SimulatedNode) {
        tally[.badInputs] += 1
        trigger("poke", post, by: node, kind: .refused)
        trigger("poke", post, by: node)
        trigger("poke", dice.pick(postIDs), by: node)
        trigger("tell", dice.pick(postIDs), by: node)
    }

    private func burst(_ node: SimulatedNode) {
        tally[.bursts] += 1
        for _ in 0..<(plan.laneLimit < 100 ? 30 : 6) { trigger("poke", dice.pick(postIDs), by: node) }
        after(1) { [self] in measureQueues() }
    }

    private func planTrouble() {
        guard plan.rates.slow > 0 else { return }
        for _ in 0..<dice.below(3) { trouble { $0.crash($1) } }
        for _ in 0..<dice.below(3) {
            trouble { world, node in world.freeze(node, for: 200_000 + world.dice.span(upTo: 14_000_000)) }
        }
        if dice.chance(35) { trouble { $0.drain($1) } }
        if dice.chance(25) {
            trouble { world, _ in
                world.tally[.outages] += 1
                world.outageUntil = world.now + world.dice.span(upTo: 5_000_000)
                world.note("the database is gone")
            }
        }
        guard plan.clockJumps else { return }
        for _ in 0...dice.below(2) {
            trouble { world, _ in
                world.tally[.clockJumps] += 1
                let jump = Int64(world.dice.within(-20...20)) * 1_000_000
                world.clockOffset += jump
                world.note("the database's clock jumps by \(jump / 1_000_000) s", jump)
            }
        }
    }

    private func trouble(_ what: @escaping (World, SimulatedNode) -> Void) {
        after(Int64(dice.below(plan.troubleSeconds * 1_000_000))) { [self] in
            if let node = someNode() { what(self, node) }
        }
    }
}
