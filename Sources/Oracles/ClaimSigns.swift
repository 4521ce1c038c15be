/// How much a sentence looks like something that can be checked. Generous on purpose: a fake has to let enough through.
struct ClaimSigns: Equatable {
    /// From here on a sentence counts as a claim.
    static let threshold = 0.5

    let hasNumber: Bool
    let isCausal: Bool
    let isAttributed: Bool
    let isAboutLaw: Bool
    let isScientific: Bool
    let isComparing: Bool
    let isPersonal: Bool
    let isOpinion: Bool
    let isJoke: Bool
    let isQuestion: Bool
    private let sum: Double

    init(_ sentence: Sentence) {
        let words = sentence.words
        let set = Set(words.map { $0.lowercased().replacing("’", with: "'") })
        hasNumber = words.contains { $0.contains(where: \.isNumber) }
        isCausal = !set.isDisjoint(with: Words.causal)
        isAttributed = !set.isDisjoint(with: Words.said)
        isAboutLaw = !set.isDisjoint(with: Words.law)
        isScientific = !set.isDisjoint(with: Words.science)
        isComparing = !set.isDisjoint(with: Words.comparing)
        isPersonal = !set.isDisjoint(with: Words.firstPerson)
        isOpinion = !set.isDisjoint(with: Words.opinion)
        isJoke = !set.isDisjoint(with: Words.joke)
        isQuestion = sentence.isQuestion
        let hasUnit = !set.isDisjoint(with: Words.units) || sentence.text.contains { "%$€£".contains($0) }
        let isAsserting = !set.isDisjoint(with: Words.asserting)
        let signs: [(Bool, Double)] = [
            (words.count < 4, -0.3), (words.count >= 8, 0.08), (hasNumber, 0.25), (hasUnit, 0.12),
            (words.contains(where: Self.isYear), 0.1), (isCausal, 0.15), (isAttributed, 0.2),
            (isAboutLaw || isScientific, 0.15), (isComparing, 0.12), (isAsserting, 0.15), (isQuestion, -0.22),
            (isPersonal, -0.2), (isOpinion, -0.12), (isJoke, -0.25),
        ]
        sum = signs.reduce(0.15 + 0.12 * Double(Self.names(words))) { $1.0 ? $0 + $1.1 : $0 }
    }

    /// From 0 to 1.
    var checkWorthiness: Double {
        let scaled = Self.threshold + (sum - 0.26) * 0.6
        return (min(max(scaled, 0), 0.98) * 100).rounded() / 100
    }

    /// The names of the schema's `type`.
    var type: String {
        if isScientific { return "scientific_or_medical" }
        if isCausal { return "causal" }
        if isAboutLaw { return "law_or_policy" }
        if hasNumber { return "quantity" }
        if isAttributed { return "attribution" }
        return isComparing ? "comparison" : "event"
    }

    /// Capitalised words behind the first, at most three; one where everything is capitalised.
    private static func names(_ words: [String]) -> Int {
        let count = words.dropFirst().count {
            $0.first?.isUppercase == true && !Words.firstPerson.contains($0.lowercased())
        }
        let capitalised = words.count { $0.first?.isUppercase == true }
        return min(count, capitalised * 10 > words.count * 7 ? 1 : 3)
    }

    private static func isYear(_ word: String) -> Bool {
        guard let year = Int(word), word.utf8.count == 4 else { return false }
        return (1800..<2100).contains(year)
    }
}
