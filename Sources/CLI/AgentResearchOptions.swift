import ArgumentParser

/// The options as they were given; what they mean is read by ``AgentResearchSettings``.
struct AgentResearchOptions: ParsableArguments {
    @Option(help: "Address to listen on; others than loopback need a secret (127.0.0.1).")
    var address: String?
    @Option(help: "Port to listen on; 0 for any free one (8790).")
    var port: String?
    @Option(help: "File with the secret that starts are signed with (whsec_…); one a line while it is rotated.")
    var secretFile: String?
    @Option(help: "Base URL of an OpenAI-style chat endpoint. Required.")
    var modelURL: String?
    @Option(help: "Name of the model. Required.")
    var model: String?
    @Option(help: "File with the chat endpoint's bearer key.")
    var modelKeyFile: String?
    @Option(help: "Dollars for a million tokens of prompts, for costs that the endpoint does not report.")
    var inputPrice: String?
    @Option(help: "Dollars for a million tokens of answers.")
    var outputPrice: String?
    @Option(help: "searxng, brave or tavily (searxng).")
    var search: String?
    @Option(help: "Base URL of the search; required for searxng.")
    var searchURL: String?
    @Option(help: "File with the search's key; needed for brave and tavily.")
    var searchKeyFile: String?
    @Option(help: "Results of a search that are looked at (10).")
    var searchResults: String?
    @Option(help: "Jobs at the same time; further starts are told to come again (4).")
    var jobs: String?
    @Option(help: "Searches of a job (8).")
    var queries: String?
    @Option(help: "Pages of a job (12).")
    var pages: String?
    @Option(help: "Tokens of a job, prompts and answers together (200000).")
    var tokens: String?
    @Option(help: "Time of a job; the job's own deadline counts where it is sooner (15m).")
    var time: String?
    @Option(help: "Times that a job's evidence is judged, the second only while a claim has none (2).")
    var rounds: String?
    @Option(help: "Bytes of a page after decompression; larger ones are not read (2097152).")
    var pageBytes: String?
    @Option(help: "Time for a page, redirects included (20s).")
    var pageTime: String?
    @Option(help: "Characters of pages in one question to the model; a token has three or four (120000).")
    var promptCharacters: String?
    @Option(help: "A place (host:port) that may be read although its address is private; may be given often.")
    var allowHost: [String] = []
    @Option(help: "URL about this agent, sent to the sites that it reads.")
    var contact: String?
    @Option(help: "Least level to log: debug, info, notice, warning, error (info).")
    var logLevel: String?
    @Option(help: "auto, json or text (auto).")
    var logFormat: String?

    /// By the names of the options.
    var given: [String: String] {
        let pairs: [(String, String?)] = [
            ("address", address), ("port", port), ("secret-file", secretFile), ("model-url", modelURL),
            ("model", model), ("model-key-file", modelKeyFile), ("input-price", inputPrice),
            ("output-price", outputPrice), ("search", search), ("search-url", searchURL),
            ("search-key-file", searchKeyFile), ("search-results", searchResults), ("jobs", jobs),
            ("queries", queries), ("pages", pages), ("tokens", tokens), ("time", time), ("rounds", rounds),
            ("page-bytes", pageBytes), ("page-time", pageTime), ("prompt-characters", promptCharacters),
            ("contact", contact), ("log-level", logLevel),
            ("log-format", logFormat), ("allow-host", allowHost.isEmpty ? nil : allowHost.joined(separator: ",")),
        ]
        return Dictionary(uniqueKeysWithValues: pairs.compactMap { name, value in value.map { (name, $0) } })
    }
}
