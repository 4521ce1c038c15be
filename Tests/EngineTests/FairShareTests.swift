import JSONValue
import Store
import Testing

@testable import Engine

@Suite struct FairShareTests {
    @Test func `communities take turns, each with its first in claim order`() {
        let jobs = [job(1, "a", at: 1), job(2, "a", at: 2), job(3, "a", at: 3), job(4, "b", at: 9), job(5, "c", at: 8)]
        #expect(numbers(FairShare().order(jobs.reversed())) == [1, 5, 4, 2, 3])
    }

    @Test func `a community that had a slot waits for those that had none`() {
        var share = FairShare()
        share.gave(job(1, "a", at: 1))
        #expect(numbers(share.order([job(2, "a", at: 2), job(4, "b", at: 9)])) == [4, 2])
    }

    @Test func `turns that were not taken are not saved up`() {
        var share = FairShare()
        for number in 1...100 { share.gave(job(number, "a", at: number)) }
        let waiting = (101...104).map { job($0, "a", at: $0) } + (201...204).map { job($0, "b", at: $0) }
        let order = numbers(share.order(waiting)).map { $0 < 200 ? "a" : "b" }.joined()
        #expect(order == "babababa")
    }

    @Test func `turns are counted for each source`() {
        var share = FairShare()
        share.gave(job(1, "a", at: 1, source: "triage"))
        let jobs = [job(2, "a", at: 2, source: "research"), job(3, "b", at: 3, source: "research")]
        #expect(numbers(share.order(jobs)) == [2, 3])
    }

    @Test func `within a community priority counts, and waiting is worth priority`() {
        let jobs = [
            job(1, "a", at: 0, priority: 1), job(2, "a", at: 5, priority: 3), job(3, "a", at: 1000, priority: 100),
        ]
        #expect(numbers(FairShare().order(jobs)) == [2, 1, 3])
    }

    private func numbers(_ jobs: [JobRow]) -> [Int] { jobs.map(\.key.number) }

    private func job(
        _ number: Int, _ community: String, at second: Int, priority: Int = 0, source: String = "triage"
    ) -> JobRow {
        let moment = Timestamp(microseconds: Int64(second) * 1_000_000)
        return JobRow(
            key: JobKey(post: PostID(1), number: number), invocation: "work", source: source, stage: "triage",
            input: [:], phase: .waiting, attempt: 0, priority: priority, community: community, queuedAt: moment,
            readyAt: moment, wakeAt: moment, timeoutMicroseconds: 1_000_000, progress: [:], isHeld: false)
    }
}
