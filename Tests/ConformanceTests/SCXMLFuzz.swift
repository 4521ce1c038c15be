import JSONValue
import SCXML
import Statechart
import TestSupport

/// Makes broken documents out of whole ones, the same for the same seed.
///
/// A document is read, and run when it is taken: whatever comes of it, the process must live.
struct SCXMLFuzz {
    private var random: SeededRandom
    private let documents: [[UInt8]]
    private(set) var taken = 0
    /// Snapshots that could not be stored and read again.
    private(set) var unstorable = 0

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
        documents = Self.samples.map { Array($0.utf8) } + Self.shared.map { Array($0.utf8) }
    }

    /// Reads one more document, and runs it when it is one.
    mutating func step() {
        var bytes = documents.randomElement(using: &random) ?? []
        for _ in 0..<Int.random(in: 1...3, using: &random) { mutate(&bytes) }
        guard let chart = try? SCXMLReader.read(bytes: bytes, file: "fuzz.scxml", resolve: { _ in Self.samples[1] })
        else { return }
        taken += 1
        run(chart)
    }

    private mutating func run(_ chart: Chart) {
        let interpreter = Interpreter(chart: chart, microstepLimit: 100)
        let surroundings = Surroundings(now: Timestamp(microseconds: 0), settings: [:])
        guard var step = try? interpreter.start(surroundings: surroundings) else { return }
        for event in ["e", "t", "foo", "timeout"] {
            let timers = step.effects.compactMap { effect -> Event? in
                if case .setTimer(let name, let occurrence, _) = effect {
                    .timer(name, occurrence: occurrence)
                } else {
                    nil
                }
            }
            if !isStored(step.snapshot) { unstorable += 1 }
            for next in timers.prefix(3) + [Event(event, data: ["x": 1])] {
                guard let after = try? interpreter.step(step.snapshot, next, surroundings: surroundings) else { return }
                step = after
            }
        }
    }

    private func isStored(_ snapshot: Snapshot) -> Bool {
        guard let memory = try? JSON.parse(snapshot.memory.text),
            let context = (try? JSON.parse(JSON.object(snapshot.context).text))?.object
        else { return false }
        return Snapshot(configuration: snapshot.configuration, context: context, memory: memory) == snapshot
    }

    private mutating func mutate(_ bytes: inout [UInt8]) {
        guard bytes.count > 4 else { return }
        switch Int.random(in: 0..<16, using: &random) {
        case 0: bytes.removeSubrange(range(in: bytes, upTo: 40))
        case 1: bytes.insert(contentsOf: bytes[range(in: bytes, upTo: 120)], at: place(in: bytes))
        case 2: bytes[place(in: bytes)] = UInt8.random(in: 0...255, using: &random)
        case 3: bytes.insert(contentsOf: (Self.words.randomElement(using: &random) ?? "").utf8, at: place(in: bytes))
        case 4: swapElements(&bytes)
        case 5: copyElement(&bytes)
        case 6...8: moveEmptyElement(&bytes)
        case 9, 10: replaceValue(&bytes)
        default: copyValue(&bytes)
        }
    }

    private mutating func place(in bytes: [UInt8]) -> Int { Int.random(in: 0..<bytes.count, using: &random) }

    private mutating func range(in bytes: [UInt8], upTo length: Int) -> Range<Int> {
        let start = place(in: bytes)
        return start..<min(bytes.count, start + Int.random(in: 1...length, using: &random))
    }

    /// From one `<` to another: mostly whole tags.
    private mutating func tags(in bytes: [UInt8]) -> Range<Int>? {
        let starts = bytes.indices.filter { bytes[$0] == UInt8(ascii: "<") }
        guard starts.count > 2 else { return nil }
        let first = Int.random(in: 0..<starts.count - 1, using: &random)
        return starts[first]..<starts[min(starts.count - 1, first + Int.random(in: 1...4, using: &random))]
    }

    private mutating func copyElement(_ bytes: inout [UInt8]) {
        guard let source = tags(in: bytes), let target = tags(in: bytes) else { return }
        bytes.insert(contentsOf: bytes[source], at: target.lowerBound)
    }

    private mutating func swapElements(_ bytes: inout [UInt8]) {
        guard let first = tags(in: bytes), let second = tags(in: bytes), first.upperBound <= second.lowerBound else {
            return
        }
        let (left, right) = (Array(bytes[first]), Array(bytes[second]))
        bytes.replaceSubrange(second, with: left)
        bytes.replaceSubrange(first, with: right)
    }

    /// Copies or moves an element that is one tag.
    private mutating func moveEmptyElement(_ bytes: inout [UInt8]) {
        let starts = bytes.indices.filter { bytes[$0] == UInt8(ascii: "<") }
        let empty = starts.compactMap { start -> Range<Int>? in
            guard let end = bytes[start...].firstIndex(of: UInt8(ascii: ">")), bytes[end - 1] == UInt8(ascii: "/")
            else {
                return nil
            }
            return start..<end + 1
        }
        guard let source = empty.randomElement(using: &random), let target = starts.randomElement(using: &random) else {
            return
        }
        let element = Array(bytes[source])
        let isCopy = target <= source.lowerBound || Bool.random(using: &random)
        bytes.insert(contentsOf: element, at: target)
        if !isCopy { bytes.removeSubrange(source) }
    }

    /// Puts a word where an attribute's value was.
    private mutating func replaceValue(_ bytes: inout [UInt8]) {
        guard let value = values(in: bytes).randomElement(using: &random) else { return }
        bytes.replaceSubrange(value.range, with: (Self.words.randomElement(using: &random) ?? "").utf8)
    }

    /// Gives an attribute the value of another of the same name.
    private mutating func copyValue(_ bytes: inout [UInt8]) {
        let values = values(in: bytes)
        guard let source = values.randomElement(using: &random),
            let target = values.filter({ $0.name == source.name }).randomElement(using: &random)
        else { return }
        bytes.replaceSubrange(target.range, with: Array(bytes[source.range]))
    }

    private func values(in bytes: [UInt8]) -> [(name: UInt8, range: Range<Int>)] {
        let quote = UInt8(ascii: "\"")
        return bytes.indices.dropLast().dropFirst().compactMap { place in
            guard bytes[place] == UInt8(ascii: "="), bytes[place + 1] == quote,
                let end = bytes[(place + 2)...].firstIndex(of: quote)
            else { return nil }
            // The last letter tells most attributes of SCXML from each other.
            return (bytes[place - 1], place + 2..<end)
        }
    }
}
