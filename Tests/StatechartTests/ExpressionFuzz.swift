import JSONValue
import Statechart

@testable import ChartFormat

/// Makes texts for the guard language, from plausible to absurd, and puts them through everything: parser, checker,
/// compiled code. Equal seeds give equal texts.
struct ExpressionFuzz {
    /// What became of a text.
    enum Outcome: Hashable {
        case refused, failed, value
        /// A broken promise, in words.
        case broken(String)
    }

    private var random: SeededRandom

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    /// The next text.
    mutating func next() -> String {
        switch random.below(10) {
        case 0: soup()
        case 1: scalars()
        case 2: nesting()
        case 3, 4: mutated(expression(depth: 4))
        case 5: mutated(mutated(Self.samples[random.below(Self.samples.count)]))
        default: expression(depth: 1 + random.below(5))
        }
    }

    /// Puts one text through the language as our own charts, with and without schemas, and imported ones use it.
    static func run(_ text: String) -> [Outcome] {
        let syntax: GuardSyntax
        do throws(GuardProblem) { syntax = try GuardParser.parse(text) } catch { return [refusal(error, of: text)] }
        return [typed, GuardEnvironment(), .imported(states: ["a": 0])].map { environment in
            do throws(GuardProblem) {
                return outcome(Expression(text, try GuardCompiler(environment: environment).compile(syntax)))
            } catch {
                return refusal(error, of: text)
            }
        }
    }

    private static func refusal(_ problem: GuardProblem, of text: String) -> Outcome {
        let isPlaced = (0...text.unicodeScalars.count).contains(problem.offset)
        return isPlaced && !problem.message.isEmpty ? .refused : .broken("\(problem.offset): \(problem.message)")
    }

    private static func outcome(_ expression: Expression) -> Outcome {
        var outcome = Outcome.failed
        for scope in scopes {
            do throws(ExpressionError) {
                let value = try expression.evaluate(scope)
                if !isStorable(value) { return .broken("the value cannot be stored: \(value)") }
                if let test = expression.predicate, try .bool(test(scope)) != value { return .broken("two answers") }
                outcome = .value
            } catch {
                if error.message.isEmpty { return .broken("an error without a message") }
            }
        }
        return outcome
    }

    /// What JSON can write and read again.
    private static func isStorable(_ value: JSON) -> Bool {
        switch value {
        case .double(let number): number.isFinite
        case .string(let text): !text.unicodeScalars.contains("\0")
        case .array(let elements): elements.allSatisfy(isStorable)
        case .object(let members): members.allSatisfy { isStorable($0.value) }
        default: true
        }
    }
}

/// How the texts are made.
extension ExpressionFuzz {
    private mutating func pick(_ words: [String]) -> String { words[random.below(words.count)] }

    private mutating func soup() -> String {
        (0..<random.below(60)).map { _ in pick(Self.tokens) }.joined(separator: pick(["", " ", "\n"]))
    }

    private mutating func scalars() -> String {
        var view = String.UnicodeScalarView()
        for _ in 0..<random.below(80) {
            let isASCII = random.below(2) == 0
            let value = UInt32(random.below(isASCII ? 0x80 : 0x11_0000))
            view.append(Unicode.Scalar(value) ?? "\u{FFFD}")
        }
        return String(view)
    }

    private mutating func nesting() -> String {
        let count = [1, 5, 10, 31, 32, 33, 40, 149, 151, 600][random.below(10)]
        let (open, middle, close) = Self.brackets[random.below(Self.brackets.count)]
        return String(repeating: open, count: count) + middle + String(repeating: close, count: count)
    }

    private mutating func mutated(_ text: String) -> String {
        var scalars = Array(text.unicodeScalars)
        for _ in 0...random.below(3) {
            guard !scalars.isEmpty else { break }
            let place = random.below(scalars.count)
            switch random.below(5) {
            case 0: scalars.remove(at: place)
            case 1: scalars.insert(contentsOf: pick(Self.tokens).unicodeScalars, at: place)
            case 2: scalars.swapAt(place, random.below(scalars.count))
            case 3: scalars.insert(contentsOf: scalars[place..<min(place + 12, scalars.count)], at: place)
            default: scalars[place] = Unicode.Scalar(UInt32(random.below(0x250))) ?? " "
            }
        }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }

    private mutating func expression(depth: Int) -> String {
        guard depth > 0 else { return pick(Self.values) }
        let inner = { (fuzz: inout ExpressionFuzz) in fuzz.expression(depth: depth - 1 - fuzz.random.below(2)) }
        switch random.below(11) {
        case 0, 1, 2: return "\(inner(&self)) \(pick(Self.operators)) \(inner(&self))"
        case 3: return "(\(inner(&self)))"
        case 4: return "\(pick(["!", "-"]))\(inner(&self))"
        case 5: return "(\(inner(&self))) ? \(inner(&self)) : \(inner(&self))"
        case 6: return "\(pick(Self.functions))(\(inner(&self)))"
        case 7: return "(\(inner(&self))).\(pick(Self.methods))(\(random.below(2) == 0 ? inner(&self) : ""))"
        case 8: return "\(pick(Self.lists)).\(pick(Self.macros))(\(pick(["x", "y"])), \(inner(&self)))"
        case 9: return "[\(inner(&self)), \(inner(&self))][\(inner(&self))]"
        default: return "{'a': \(inner(&self)), \(pick(["'b'", "b", "'a'"])): \(inner(&self))}"
        }
    }
}
