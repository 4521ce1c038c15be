import Crypto
import JSONValue
import Logging
import Store
import Threads

/// Takes batches of one lane to the database: reads, interprets outside any transaction, commits, settles.
struct Committer: Sendable {
    let store: any Store
    let policy: any EnginePolicy
    let clock: DatabaseClock
    let time: TimeSource
    let logger: Logger
    let random: @Sendable () -> any RandomNumberGenerator & Sendable
    let cache: InstanceCache
    let placement: (any Placement)?
    /// Called after a commit, with what became durable.
    let committed: @Sendable ([PostWrite]) -> Void

    /// How often an input may lose before its sender is told.
    static let lossLimit = 20

    /// Returns the inputs that lost and must be taken again.
    func process(_ works: [Work]) async -> [Work] {
        var folds: [PostFold] = []
        var unread: [(post: PostID, works: [Work])] = []
        // In the posts' order, so that nothing depends on that of a map.
        for (post, works) in Dictionary(grouping: works, by: \.post).sorted(by: { $0.key < $1.key }) {
            if let fold = remembered(post, works) { folds.append(fold) } else { unread.append((post, works)) }
        }
        folds += await read(unread)
        let writing = folds.filter { fold in
            if fold.isChanged { return true }
            settle(fold)
            return false
        }
        return writing.isEmpty ? [] : await commit(writing)
    }

    /// Folds inputs over what the lane remembers of their post; nil when that does not decide all of them.
    private func remembered(_ post: PostID, _ works: [Work]) -> PostFold? {
        if works.contains(where: { $0.losses > 0 }) { return nil }
        let instance = cache.instance(post)
        guard instance != nil || works.first?.isCreation == true else { return nil }
        let fold = fold(post, instance, works)
        if fold.isDecidedByCommit { return fold }
        release(fold)
        return nil
    }

    private func read(_ unread: [(post: PostID, works: [Work])]) async -> [PostFold] {
        guard !unread.isEmpty else { return [] }
        let rows: [PostRow]
        do {
            rows = try await store.posts(unread.map(\.post))
        } catch {
            fail(unread.flatMap(\.works), error)
            return []
        }
        let found = Dictionary(uniqueKeysWithValues: rows.map { ($0.id, $0) })
        return unread.compactMap { post, works in
            let row = found[post]
            let instance = row.flatMap(Instance.init)
            if row != nil, instance == nil {
                fail(works, StoreError(.corruptRow, subject: "\(post)", "the state of post \(post) cannot be read"))
                return nil
            }
            return fold(post, instance, works)
        }
    }

    private func fold(_ post: PostID, _ instance: Instance?, _ works: [Work]) -> PostFold {
        var fold = PostFold(
            post: post, instance: instance, policy: policy, now: clock.now, random: random(), placement: placement)
        for work in works { fold.apply(work) }
        return fold
    }

    /// Gives up the places of a fold that is not committed.
    private func release(_ fold: PostFold) {
        for (match, _) in fold.placed { placement?.giveUp(match) }
    }

    private func commit(_ folds: [PostFold]) async -> [Work] {
        let batch = Batch(id: Digest.hex(Digest.randomBytes(12)), writes: folds.compactMap(\.write))
        do {
            let result = try await store.commit(batch)
            clock.observe(result.at)
            return settle(folds, batch, winners: result.winners)
        } catch let error as StoreError {
            return await recover(folds, batch, error)
        } catch {
            abandon(folds, error)
            return []
        }
    }

    private func recover(_ folds: [PostFold], _ batch: Batch, _ error: StoreError) async -> [Work] {
        switch error.code {
        case .inDoubt: return await resolveDoubt(folds, batch, error)
        case .contention: return again(drop(folds))
        case .staleLease: return dropFenced(folds, endpoint: error.subject)
        case .refusedData: return await isolate(folds, error)
        case .unavailable, .corruptRow, .incompatible, .closed:
            abandon(folds, error)
            return []
        }
    }

    /// Splits a batch that the database refuses for its data, until the culprit stands alone.
    private func isolate(_ folds: [PostFold], _ error: StoreError) async -> [Work] {
        guard folds.count == 1 else {
            let middle = folds.count / 2
            let first = await commit(Array(folds[..<middle]))
            return first + (await commit(Array(folds[middle...])))
        }
        let works = drop(folds)
        guard works.count == 1 else {
            var losers: [Work] = []
            for work in works { losers += await process([work]) }
            return losers
        }
        if works[0].parksWhenRefused {
            var parked = works[0]
            parked.refusal = "the database refuses what came of it: \(error)"
            return await process([parked])
        }
        logger.error("the database refuses an event", metadata: ["post": "\(folds[0].post)", "error": "\(error)"])
        fail(works, error)
        return []
    }

    /// The answer to COMMIT was lost: ask until the database says what became of the batch.
    private func resolveDoubt(_ folds: [PostFold], _ batch: Batch, _ error: StoreError) async -> [Work] {
        var pause = Duration.milliseconds(20)
        for _ in 0..<60 {
            if let winners = try? await store.winners(of: batch.id, posts: folds.map(\.post)) {
                return settle(folds, batch, winners: winners)
            }
            // The old backend may still be at work: asked again with growing pauses; a cancelled task asks once more at once.
            try? await time.sleep(for: pause)
            pause = min(pause * 2, .seconds(1))
        }
        abandon(folds, error)
        return []
    }

    private func dropFenced(_ folds: [PostFold], endpoint: String) -> [Work] {
        placement?.lose(endpoint)
        var losers: [Work] = []
        for work in drop(folds) {
            if work.fence?.endpoint == endpoint {
                work.reply.resolve(.failure(EngineError(.staleLease, "the lease of \(endpoint) is gone")))
            } else {
                losers.append(work)
            }
        }
        return losers
    }

    private func settle(_ folds: [PostFold], _ batch: Batch, winners: Set<PostID>) -> [Work] {
        var losers: [Work] = []
        var won: [PostFold] = []
        for fold in folds {
            if winners.contains(fold.post) { won.append(fold) } else { losers += drop([fold]) }
        }
        for fold in won { settle(fold) }
        committed(won.count == folds.count ? batch.writes : batch.writes.filter { winners.contains($0.post) })
        return again(losers)
    }

    /// Forgets what was remembered of posts that were not written, and gives their places up; returns their inputs.
    private func drop(_ folds: [PostFold]) -> [Work] {
        for fold in folds {
            cache.forget(fold.post)
            release(fold)
        }
        return folds.flatMap(\.works)
    }

    private func abandon(_ folds: [PostFold], _ error: any Error) { fail(drop(folds), error) }

    private func settle(_ fold: PostFold) {
        if let instance = fold.instance, instance.state.waitsFor != .nothing {
            cache.remember(instance)
        } else {
            cache.forget(fold.post)
        }
        for (match, memory) in fold.placed { placement?.begin(match, as: memory) }
        for (work, outcome) in fold.outcomes { work.reply.resolve(.success(outcome)) }
    }

    private func again(_ works: [Work]) -> [Work] {
        var losers: [Work] = []
        for var work in works {
            work.losses += 1
            if work.losses > Self.lossLimit || !work.canBeTakenAgain {
                work.reply.resolve(.failure(EngineError(.contention, "post \(work.post) is too busy")))
            } else {
                losers.append(work)
            }
        }
        return losers
    }

    private func fail(_ works: [Work], _ error: any Error) {
        for work in works { work.reply.resolve(.failure(error)) }
    }
}

extension PostFold {
    var works: [Work] { outcomes.map(\.work) }
}
