import JSONValue
import Store

extension MemoryDatabase {
    mutating func hold(_ hold: HoldRow, at now: Timestamp) throws -> HoldRow {
        guard (hold.scope == .everything) == hold.name.isEmpty else {
            throw StoreError(.refusedData, subject: hold.subject, "a hold on \(hold.subject) names the wrong thing")
        }
        var row = hold
        if let index = holds.firstIndex(where: { $0.scope == hold.scope && $0.name == hold.name }) {
            row.createdAt = holds[index].createdAt
            holds[index] = row
        } else {
            row.createdAt = now
            holds.append(row)
            holds.sort { ($0.scope.rawValue, $0.name) < ($1.scope.rawValue, $1.name) }
        }
        record(hold.actor, "hold", hold.subject, ["reason": .string(hold.reason)])
        return row
    }

    mutating func release(_ scope: HoldRow.Scope, name: String, actor: String, reason: String) -> Bool {
        guard let index = holds.firstIndex(where: { $0.scope == scope && $0.name == name }) else { return false }
        record(actor, "release", holds.remove(at: index).subject, ["reason": .string(reason)])
        return true
    }

    private mutating func record(_ actor: String, _ action: String, _ subject: String, _ detail: JSONObject) {
        audit.append(AuditRow(actor: actor, action: action, subject: subject, detail: detail))
    }

    func waitingJobs(_ filter: WaitingJobs, after cursor: JobKey?, limit: Int) -> [JobRow] {
        var found: [JobRow] = []
        for post in all {
            for job in post.jobs.values where job.phase == .waiting && !job.isHeld && filter.fits(job) {
                if cursor.map({ $0 < job.key }) ?? true { found.append(job) }
            }
        }
        return Array(found.sorted { $0.key < $1.key }.prefix(max(0, limit)))
    }

    mutating func postpone(_ jobs: [PostponedJob], at now: Timestamp) -> Int {
        var count = 0
        for job in jobs {
            guard let row = self.job(job.key), row.phase == .waiting, !row.isHeld, row.wakeAt == job.wakeAt else {
                continue
            }
            posts[job.key.post]?.jobs[job.key.number]?.wakeAt = now.after(job.queueMicroseconds)
            count += 1
        }
        return count
    }

    func postIDs(_ filter: PostFilter, after cursor: PostID?, limit: Int) -> [PostID] {
        let found = all.reversed().lazy.filter { post in
            (cursor.map { post.row.id < $0 } ?? true) && matches(post, filter)
        }
        return Array(found.map(\.row.id).prefix(max(0, limit)))
    }

    mutating func create(_ operation: OperationRow, at now: Timestamp) -> OperationRow {
        var row = OperationRow(
            kind: operation.kind, filter: operation.filter, parameters: operation.parameters, reason: operation.reason,
            actor: operation.actor, total: operation.total, createdAt: now)
        row.id = Int64(operations.count + 1)
        operations.append(Operation(row: row))
        record(
            row.actor, "bulk.\(row.kind.rawValue)", "operation:\(row.id)",
            ["reason": .string(row.reason), "filter": .object(row.filter.json), "total": .int(Int64(row.total))])
        return row
    }

    mutating func claimOperation(node: String, microseconds: Int64, at now: Timestamp) -> OperationRow? {
        let index = operations.firstIndex { operation in
            let isFree = operation.row.owner == nil || (operation.leaseUntil.map { $0 <= now } ?? true)
            return operation.row.state.isOpen && isFree
        }
        guard let index else { return nil }
        operations[index].row.owner = node
        operations[index].row.epoch += 1
        if operations[index].row.state == .pending { operations[index].row.state = .running }
        operations[index].row.startedAt = operations[index].row.startedAt ?? now
        operations[index].leaseUntil = now.after(microseconds)
        return operations[index].row
    }

    mutating func advance(_ advance: OperationAdvance, at now: Timestamp) -> OperationRow? {
        let index = operations.firstIndex { operation in
            operation.row.id == advance.id && operation.row.owner == advance.node
                && operation.row.epoch == advance.epoch && (operation.leaseUntil.map { $0 > now } ?? false)
        }
        guard let index else { return nil }
        var row = operations[index].row
        row.progress = row.progress + advance.progress
        row.cursor = advance.cursor ?? row.cursor
        row.problems = advance.problems
        if let end = advance.end {
            row.state = end
            row.owner = nil
            row.endedAt = now
        }
        operations[index].row = row
        operations[index].leaseUntil = now.after(advance.leaseMicroseconds)
        return row
    }

    mutating func abortOperation(_ id: Int64, actor: String, reason: String, at now: Timestamp) -> OperationRow? {
        guard let index = operations.firstIndex(where: { $0.row.id == id }) else { return nil }
        switch operations[index].row.state {
        case .pending:
            operations[index].row.state = .aborted
            operations[index].row.endedAt = now
        case .running: operations[index].row.state = .aborting
        case .aborting, .aborted, .done, .failed: return operations[index].row
        }
        record(actor, "bulk.abort", "operation:\(id)", ["reason": .string(reason)])
        return operations[index].row
    }
}

extension WaitingJobs {
    fileprivate func fits(_ job: JobRow) -> Bool {
        (stage.map { $0 == job.stage } ?? true) && (community.map { $0 == job.community } ?? true)
            && (sources.map { $0.contains(job.source) } ?? true)
    }
}
