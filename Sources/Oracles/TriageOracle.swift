import JSONValue

/// Finds the sentences of a post that can be checked, and decides whether to.
enum TriageOracle {
    private static let maximumClaims = 5

    static func output(_ input: StageInput) -> JSON {
        let sentences = Sentence.all(in: input.title) + Sentence.all(in: input.text)
        let judged = sentences.map { ($0, ClaimSigns($0)) }
        let isSensitive = judged.contains { !Set($0.0.words.map { $0.lowercased() }).isDisjoint(with: Words.sensitive) }
        let worthy = judged.filter { $0.1.checkWorthiness >= ClaimSigns.threshold }
            .sorted { $0.1.checkWorthiness > $1.1.checkWorthiness }
        let reason = isSensitive ? "sensitive_topic" : worthy.isEmpty ? reason(judged) : nil
        let claims = reason == nil ? worthy.prefix(maximumClaims).map(claim) : []
        return [
            "decision": reason == nil ? "research" : "reject", "reject_reason": JSON(reason),
            "claims": .array(claims), "topic": .string(topic(input.title + " " + input.text)),
            "language": .string(isLatin(input.title) ? "en" : "und"),
            "confidence": .double(confidence(judged.map(\.1), isResearch: reason == nil)),
            "instructions_in_post": .bool(hasInstructions(input.title + "\n" + input.text)),
            "reasoning": .string(
                reason.map { "No sentence can be checked: \($0)." }
                    ?? "\(claims.count) of \(sentences.count) sentences can be checked."),
        ]
    }

    private static func claim(_ sentence: Sentence, _ signs: ClaimSigns) -> JSON {
        let text = sentence.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let harm = signs.isScientific ? "high" : signs.isAboutLaw ? "medium" : signs.hasNumber ? "low" : "none"
        return [
            "text": .string(text), "quote": .string(sentence.text), "type": .string(signs.type),
            "check_worthiness": .double(signs.checkWorthiness), "harm_if_false": .string(harm),
        ]
    }

    /// Why there is nothing to check, in the words of the schema.
    private static func reason(_ judged: [(Sentence, ClaimSigns)]) -> String {
        guard let first = judged.first else { return "no_claim" }
        if !isLatin(first.0.text) { return "language" }
        let signs = judged.map(\.1)
        if signs.contains(where: \.isJoke) { return "joke_or_satire" }
        if first.1.isQuestion { return "question" }
        if signs.contains(where: \.isOpinion) { return "opinion" }
        if signs.contains(where: \.isPersonal) { return "personal_experience" }
        if first.0.words.contains(where: { $0.lowercased() == "will" }) { return "prediction" }
        return first.0.words.count < 4 ? "too_vague" : "no_claim"
    }

    private static func confidence(_ signs: [ClaimSigns], isResearch: Bool) -> Double {
        let best = signs.map(\.checkWorthiness).max() ?? 0
        let distance = abs(best - ClaimSigns.threshold)
        return ((isResearch ? 0.7 : 0.75) * 100 + (distance * 50).rounded()).rounded() / 100
    }

    private static func topic(_ text: String) -> String {
        let words = Set(Sentence(text).words.prefix(500).map { $0.lowercased() })
        let counted = Words.topics.map { ($0.0, $0.1.intersection(words).count) }
        guard let best = counted.max(by: { $0.1 < $1.1 }), best.1 > 0 else { return "other" }
        return best.0
    }

    private static func isLatin(_ text: String) -> Bool {
        let letters = text.unicodeScalars.filter(\.properties.isAlphabetic)
        let foreign = letters.count { $0.value > 0x24f }
        return foreign * 2 <= letters.count
    }

    private static func hasInstructions(_ text: String) -> Bool {
        let signs = [
            "ignore previous", "ignore all", "ignore your", "ignore the above", "disregard", "system prompt",
            "you are now", "you must now", "</post>", "</untrusted", "\"decision\"", "tool_call", "as an ai",
            "new instructions", "system:",
        ]
        let text = text.lowercased()
        return signs.contains { text.contains($0) }
    }
}
