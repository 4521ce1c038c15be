import Store

/// A part of one write, with what its statement needs to know about the write.
struct Part<Value> {
    /// The write's place in the batch, from 1: `commit_wins()` is asked by it.
    let place: Int
    let post: Int64
    let value: Value
}

/// A batch in the order of its posts, taken apart by table: each table's rows are arrays, whatever the batch's size.
struct BatchParts {
    let id: String
    let writes: [PostWrite]
    /// The numbers of the digests that its history names.
    let digests: [String: Int]

    /// In the order of the posts, which is the order of locks.
    init(_ batch: Batch, digests: [String: Int]) throws(StoreError) {
        id = batch.id
        self.digests = digests
        writes = batch.writes.sorted { $0.post < $1.post }
        for write in writes where write.transitions.isEmpty {
            throw StoreError(.refusedData, subject: "\(write.post)", "a write without a macrostep")
        }
    }

    /// The parts of one kind of all writes. Goes over the writes once for each kind, so it copies none of them.
    func all<Value>(_ values: (PostWrite) -> [Value]) -> [Part<Value>] {
        var parts: [Part<Value>] = []
        for index in writes.indices {
            for value in values(writes[index]) {
                parts.append(Part(place: index + 1, post: writes[index].post.rawValue, value: value))
            }
        }
        return parts
    }

    /// The parts of one kind, split so that each key stands once in a round, or oftener if the operations come in
    /// their ranks' order: a statement touches a row once, and what one write does to a row must happen in order.
    func rounds<Value, Key: Hashable>(
        _ values: (PostWrite) -> [Value], key: (Value) -> Key, rank: (Value) -> Int = { _ in 0 }
    ) -> [[Part<Value>]] {
        var rounds: [[Part<Value>]] = []
        for index in writes.indices {
            let all = values(writes[index])
            if all.isEmpty { continue }
            var latest: [Key: (round: Int, rank: Int)] = [:]
            for value in all {
                let rank = rank(value)
                let before = latest[key(value)]
                let round = before.map { $0.rank < rank ? $0.round : $0.round + 1 } ?? 0
                latest[key(value)] = (round, rank)
                if round == rounds.count { rounds.append([]) }
                rounds[round].append(Part(place: index + 1, post: writes[index].post.rawValue, value: value))
            }
        }
        return rounds
    }
}
