import JSONValue

/// The answer to a stage: a function of its input alone, so that asking again gives the same answer.
package enum StageOracle {
    /// What a model would answer; `now` stands in the retrieval times of sources only.
    package static func output(_ input: StageInput, now: Timestamp) -> JSON {
        switch input.stage {
        case "research": ResearchOracle.output(input, now: now)
        case "response": ResponseOracle.output(input)
        case "editorial": EditorialOracle.output(input)
        default: TriageOracle.output(input)
        }
    }
}
