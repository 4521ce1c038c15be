import Postgres
import Store

/// Digests of charts and settings stand in each row of the history: there as numbers, given out once for ever.
extension PostgresStore {
    /// The numbers of the digests that a batch names; new ones get theirs now, in a transaction of their own.
    func numbers(of batch: Batch, on index: Int) async throws -> [String: Int] {
        var wanted: Set<String> = []
        for write in batch.writes {
            for row in write.transitions {
                wanted.insert(row.chart)
                wanted.insert(row.settingsDigest)
            }
        }
        let known = digests.withLock { known in known.filter { wanted.contains($0.key) } }
        guard known.count < wanted.count else { return known }
        let names = wanted.sorted()
        let results = try await writers.on(index) { connection in
            try await connection.transaction([
                "INSERT INTO digests (digest) SELECT unnest(\(texts: names)) ON CONFLICT (digest) DO NOTHING",
                "SELECT id, digest FROM digests WHERE digest = ANY(\(texts: names))",
            ])
        }
        let found = try results.decoded(1) { (try $0.string("digest"), try $0.int("id")) }
        digests.withLock { known in for (digest, id) in found { known[digest] = id } }
        return Dictionary(uniqueKeysWithValues: found)
    }
}
