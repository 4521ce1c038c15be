import JSONValue
import Texts

/// The prompts of the stages: those that the binary carries, or files of the operator's in their places.
package struct PromptShelf: Sendable {
    /// What the binary carries.
    package static let builtIn = PromptShelf(own: [:])

    private let own: [JobSource: Prompt]

    private init(own: [JobSource: Prompt]) { self.own = own }

    /// Takes the operator's files by their names, such as `triage.md`; stages without one keep the built-in prompt. A name
    /// that is no stage's is refused, and a prompt for another schema than the stage's.
    package init(files: [String: String]) throws(Prompt.Problem) {
        var own: [JobSource: Prompt] = [:]
        for (name, text) in files.sorted(by: { $0.key < $1.key }) {
            guard name.hasSuffix(".md"), let source = JobSource(rawValue: String(name.dropLast(3))),
                (try? Prompt.builtIn(for: source)) != nil
            else {
                let known = JobSource.allCases.filter { (try? Prompt.builtIn(for: $0)) != nil }
                throw Prompt.Problem(
                    "\(name.prefix(80)) is no prompt's file; known are "
                        + known.map { "\($0.rawValue).md" }.joined(separator: ", "))
            }
            let prompt: Prompt
            do {
                prompt = try Prompt(text)
            } catch {
                throw Prompt.Problem("\(name): \(error)")
            }
            guard prompt.schema == source.outputSchemaName else {
                throw Prompt.Problem(
                    "\(name): its schema must be \(source.outputSchemaName), not '\(prompt.schema.prefix(80))'")
            }
            own[source] = prompt
        }
        self.own = own
    }

    /// Nil where a source has no prompt.
    package subscript(source: JobSource) -> Prompt? { own[source] ?? (try? Prompt.builtIn(for: source)) }
}
