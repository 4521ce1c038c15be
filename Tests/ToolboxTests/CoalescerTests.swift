import Testing
import Threads

@Suite struct CoalescerTests {
    @Test func `what is asked for while a look is under way shares the next look`() async throws {
        let looks = Shared<[[Int]]>([])
        let gate = Latch()
        let coalescer = Coalescer<Int, String>(looksAtOnce: 1) { keys in
            let isFirst = looks.withLock { looks -> Bool in
                looks.append(keys.sorted())
                return looks.count == 1
            }
            if isFirst { await gate.wait() }
            return Dictionary(uniqueKeysWithValues: keys.filter { $0 != 3 }.map { ($0, "\($0)") })
        }
        try await withThrowingTaskGroup(of: String?.self) { group in
            group.addTask { try await coalescer.value(1) }
            while looks.value.isEmpty { await Task.yield() }
            for key in [2, 3, 2, 4] { group.addTask { try await coalescer.value(key) } }
            for _ in 0..<1000 { await Task.yield() }
            gate.happen()
            let values = try await group.reduce(into: [String?]()) { $0.append($1) }
            #expect(values.compactMap(\.self).sorted() == ["1", "2", "2", "4"] && values.count == 5)
        }
        #expect(looks.value.first == [1] && looks.value.count <= 3)
        #expect(Set(looks.value.dropFirst().joined()) == [2, 3, 4])
    }

    @Test func `a look that fails fails for all that share it, and the next goes out`() async throws {
        struct Broken: Error {}
        let count = Shared(0)
        let coalescer = Coalescer<Int, Int> { keys in
            let number = count.withLock { count -> Int in
                count += 1
                return count
            }
            if number == 1 { throw Broken() }
            return Dictionary(uniqueKeysWithValues: keys.map { ($0, $0 * 2) })
        }
        await #expect(throws: Broken.self) { try await coalescer.value(1) }
        #expect(try await coalescer.value(1) == 2)
    }

    @Test func `no look holds more keys than the limit`() async throws {
        let sizes = Shared<[Int]>([])
        let coalescer = Coalescer<Int, Int>(limit: 3, looksAtOnce: 1) { keys in
            sizes.withLock { $0.append(keys.count) }
            await Task.yield()
            return Dictionary(uniqueKeysWithValues: keys.map { ($0, $0) })
        }
        let sum = try await withThrowingTaskGroup(of: Int?.self) { group in
            for key in 0..<50 { group.addTask { try await coalescer.value(key) } }
            return try await group.reduce(0) { $0 + ($1 ?? 0) }
        }
        #expect(sum == 1225)
        #expect(sizes.value.allSatisfy { $0 <= 3 })
    }
}
