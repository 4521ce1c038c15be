/// How much one research may take. Reaching a limit ends the looking, and what was found by then is judged.
package struct ResearchLimits: Sendable, Hashable {
    /// Searches.
    package var queries = 8
    /// Pages that are fetched.
    package var pages = 12
    /// Tokens of all answers and prompts together.
    package var tokens = 200_000
    /// From the start to the result.
    package var time = Duration.seconds(900)
    /// Bytes of a page after decompression.
    package var pageBytes = 2 << 20
    /// From the first connection for a page to its last byte, redirects included.
    package var pageTime = Duration.seconds(20)
    /// Characters of a page's text that are kept.
    package var pageCharacters = 40_000
    /// Characters of documents that a question may hold: the model's context must take about a quarter as many tokens.
    package var promptCharacters = 120_000
    /// Times that evidence is asked for; after the first, only while a claim has none.
    package var rounds = 2
    /// One answer of the model.
    package var answerTime = Duration.seconds(240)

    package init() {}
}
