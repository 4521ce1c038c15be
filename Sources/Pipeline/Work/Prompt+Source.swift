import Assets
import Texts

extension Prompt {
    /// The prompt of a source that chats can do.
    package static func builtIn(for source: JobSource) throws(Problem) -> Prompt {
        guard let prompt = carried[source] else { throw Problem("there is no prompt for '\(source.rawValue)'") }
        return try prompt.get()
    }

    private static let carried: [JobSource: Result<Prompt, Problem>] = {
        var prompts: [JobSource: Result<Prompt, Problem>] = [:]
        for source in JobSource.allCases {
            guard let asset = Asset.at("prompts/\(source.rawValue).md") else { continue }
            prompts[source] = Result { () throws(Problem) in try Prompt(asset.text) }
        }
        return prompts
    }()
}
