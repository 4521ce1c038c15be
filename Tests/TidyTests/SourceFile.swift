import Foundation
import Testing

/// A Swift file of the repository, as text.
struct SourceFile: Sendable, CustomTestStringConvertible {
    /// From the root of the repository.
    let path: String
    let module: String
    let lines: [Substring]
    var testDescription: String { path }

    static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized

    static let sources = all(under: "Sources")
    static let tests = all(under: "Tests")

    static func all(under folder: String) -> [SourceFile] {
        let base = root.appending(path: folder)
        let paths = (try? FileManager.default.subpathsOfDirectory(atPath: base.path)) ?? []
        return paths.filter { $0.hasSuffix(".swift") }.sorted().compactMap { path in
            guard let text = try? String(contentsOf: base.appending(path: path), encoding: .utf8) else { return nil }
            return SourceFile(
                path: "\(folder)/\(path)", module: String(path.prefix { $0 != "/" }),
                lines: text.split(separator: "\n", omittingEmptySubsequences: false))
        }
    }

    var imports: [String] {
        lines.compactMap { line in
            guard line.contains("import ") else { return nil }
            let form =
                /^(?:@\w+ )*(?:public |package |internal |private )?import (?:struct |class |enum |func )?(\w+)(?:\.\w+)*$/
            return line.wholeMatch(of: form).map { String($0.1) }
        }
    }

    /// Relies on the formatter: a declaration ends at the first `}` with its own indentation.
    var functions: [(name: String, length: Int)] {
        lines.indices.compactMap { start in
            guard lines[start].hasSuffix("{"),
                let head = lines[start].firstMatch(of: /^( *)(?:[\w@() ]+ )?(func [^(<]+|init|deinit)\b.*\{$/),
                let end = lines[start...].firstIndex(of: Substring("\(head.1)}"))
            else { return nil }
            return (String(head.2), end - start + 1)
        }
    }
}
