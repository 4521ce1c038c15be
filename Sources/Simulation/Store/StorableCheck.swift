import JSONValue
import Store

/// Refuses what the databases refuse: NUL in texts, values out of their bounds, values too large to be read again.
enum StorableCheck {
    private static let sizeLimit = 16 << 20

    static func check(_ write: PostWrite) throws {
        guard !write.transitions.isEmpty else { throw refusal(write.post, "a write without a macrostep") }
        guard write.state.retryCount >= 0, write.costs.allSatisfy({ $0.isInBounds }),
            write.jobs.allSatisfy({ $0.number > 0 })
        else { throw refusal(write.post, "a value breaks a constraint") }
        for row in write.transitions { try check(row) }
        try check(.object(write.state.context), write.state.memory, .object(write.state.metadata), post: write.post)
        if let submission = write.submission {
            try check(submission.title, submission.body, submission.source, submission.community, post: write.post)
        }
        for result in write.results { try check(result.result, post: write.post) }
        for event in write.emitted { try check(event) }
    }

    static func check(_ event: InboxEvent) throws {
        try check(event.event, event.actor, post: event.post)
        try check(.object(event.data), post: event.post)
    }

    private static func check(_ row: TransitionRow) throws {
        try check(row.event, row.actor, row.origin, post: row.post)
        try check(.object(row.data), row.effects, post: row.post)
    }

    private static func check(_ texts: String..., post: PostID) throws {
        for text in texts where text.utf8.contains(0) { throw refusal(post, "NUL in a text") }
    }

    private static func check(_ values: JSON..., post: PostID) throws {
        for value in values {
            var size = 0
            guard isStorable(value, &size), size < sizeLimit else {
                throw refusal(post, "a value that cannot be stored")
            }
        }
    }

    private static func isStorable(_ value: JSON, _ size: inout Int) -> Bool {
        switch value {
        case .null, .bool, .int: return true
        case .double(let number): return number.isFinite
        case .string(let text):
            size += text.utf8.count
            return !text.utf8.contains(0)
        case .array(let elements):
            for element in elements where !isStorable(element, &size) { return false }
            return true
        case .object(let members):
            for (key, value) in members where key.utf8.contains(0) || !isStorable(value, &size) { return false }
            return true
        }
    }

    private static func refusal(_ post: PostID, _ why: String) -> StoreError {
        StoreError(.refusedData, subject: "\(post)", why)
    }
}

extension CostRow {
    fileprivate var isInBounds: Bool { inputTokens >= 0 && outputTokens >= 0 && microdollars >= 0 }
}
