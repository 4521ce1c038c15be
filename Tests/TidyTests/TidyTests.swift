import Foundation
import Testing

/// House rules that a formatter cannot check. Each failure names the file and the rule.
@Suite struct TidyTests {
    /// Who may import whom: imports point down. A module that is absent here may import nothing of ours.
    static let layers: [String: Set<String>] = [
        "JSONValue": ["Glibc"],
        "Threads": ["Glibc"],
        "Crypto": ["CCrypto"],
        "JSONSchema": ["JSONValue", "Glibc"],
        "Assets": ["CAssets"],
        "Texts": ["JSONValue"],
        "Statechart": ["JSONValue"],
        "ChartFormat": ["Statechart", "JSONValue", "JSONSchema", "Crypto", "Yams", "Glibc"],
        "XML": ["CXML"],
        "SCXML": ["Statechart", "ChartFormat", "JSONValue", "XML", "Crypto", "Synchronization"],
        "ChartTools": ["ChartFormat", "Statechart", "JSONValue", "JSONSchema"],
        "ChartLint": ["ChartFormat", "Statechart", "JSONValue"],
        "Postgres": ["CPostgres", "Threads", "Glibc", "FoundationEssentials"],
        "HTTPServer": ["CMicroHTTPD", "Threads", "Glibc", "FoundationEssentials"],
        "HTTPClient": ["CCurl", "Threads", "Glibc", "FoundationEssentials"],
        "Store": ["JSONValue"],
        "StorePostgres": ["Store", "Postgres", "JSONValue", "Assets", "Crypto", "Threads", "Logging"],
        "StoreSQLite": [
            "Store", "JSONValue", "Assets", "Threads", "Crypto", "GRDB", "Dispatch", "Foundation",
            "FoundationEssentials",
            "Glibc",
        ],
        "Engine": ["Store", "Statechart", "JSONValue", "Threads", "Crypto", "Logging"],
        "Pipeline": [
            "Engine", "Store", "Statechart", "ChartFormat", "Texts", "JSONValue", "JSONSchema", "Crypto", "Assets",
            "Threads", "Logging", "Glibc", "FoundationEssentials",
        ],
        "Oracles": ["JSONValue", "Crypto"],
        "Agents": [
            "Oracles", "Pipeline", "Engine", "Store", "HTTPClient", "Texts", "JSONValue", "JSONSchema", "Crypto",
            "Threads",
            "Logging",
            "FoundationEssentials",
        ],
        "Reddit": [
            "Pipeline", "Engine", "Store", "HTTPClient", "JSONValue", "Crypto", "Threads", "Logging",
            "FoundationEssentials", "Glibc",
        ],
        "Upkeep": ["Pipeline", "Engine", "Store", "JSONValue", "Threads", "Logging", "Foundation"],
        "Webhooks": [
            "Pipeline", "Statechart", "Store", "HTTPClient", "JSONValue", "Crypto", "Threads", "Logging",
        ],
        "API": [
            "Upkeep", "Webhooks", "Pipeline", "Engine", "Store", "HTTPServer", "JSONValue", "JSONSchema", "Crypto",
            "Threads",
            "Logging",
        ],
        "Dashboard": ["Pipeline", "Engine", "Store", "HTTPServer", "JSONValue", "Assets", "Mustache"],
        "Fakes": [
            "Oracles", "HTTPServer", "HTTPClient", "JSONValue", "JSONSchema", "Crypto", "Threads", "Logging",
            "Foundation",
            "FoundationEssentials", "Glibc",
        ],
        "ResearchAgent": [
            "HTTPServer", "HTTPClient", "XML", "Texts", "JSONValue", "JSONSchema", "Crypto", "Threads", "Assets",
            "Logging", "Foundation",
        ],
        "Service": [
            "API", "Dashboard", "Agents", "Reddit", "Upkeep", "Webhooks", "Pipeline", "Engine", "Store",
            "StorePostgres", "StoreSQLite", "HTTPServer", "HTTPClient", "ChartFormat", "ChartTools", "Statechart",
            "JSONValue", "JSONSchema", "Texts",
            "Crypto", "Threads",
            "Assets", "Logging", "Yams", "Foundation", "Dispatch", "Glibc",
        ],
        "Bench": [
            "Service", "Upkeep", "Pipeline", "Engine", "Store", "StorePostgres", "StoreSQLite", "Postgres",
            "Agents", "HTTPClient", "HTTPServer",
            "Crypto", "ChartFormat",
            "Statechart", "JSONValue", "Threads", "Crypto", "Logging", "GRDB", "Foundation", "Glibc", "Dispatch",
        ],
        "CLI": [
            "Service", "ResearchAgent", "Fakes", "Bench", "Pipeline", "Store", "ChartTools", "ChartLint", "SCXML",
            "ChartFormat", "Statechart", "HTTPServer", "HTTPClient", "JSONSchema", "JSONValue", "Threads", "Crypto",
            "Assets", "Logging",
            "ArgumentParser", "Foundation",
        ],
        "rejoinder": ["CLI"],
        "Simulation": [
            "Engine", "Pipeline", "Store", "ChartFormat", "Statechart", "JSONValue", "Threads", "Assets", "CTaskHook",
            "Logging",
        ],
        "TestSupport": ["Store", "Postgres", "Threads", "JSONValue", "Foundation", "Glibc", "Testing", "Dispatch"],
    ]

    @Test(arguments: SourceFile.sources) func `imports point down`(file: SourceFile) throws {
        let allowed = try #require(Self.layers[file.module], "\(file.module) is not in the table of layers")
        for name in file.imports { #expect(allowed.contains(name), "\(file.path) imports \(name)") }
    }

    @Test(arguments: SourceFile.sources + SourceFile.tests)
    func `files and functions fit on a screen`(file: SourceFile) {
        #expect(file.lines.count <= 301, "\(file.path) has \(file.lines.count) lines")
        for (name, length) in file.functions {
            #expect(length <= 60, "\(file.path): \(name) has \(length) lines")
        }
    }

    @Test(arguments: SourceFile.sources) func `nothing traps without a sentence`(file: SourceFile) {
        let words = ["try" + "!", "fatal" + "Error("]
        for line in file.lines {
            for word in words { #expect(!line.contains(word), "\(file.path): \(line)") }
        }
    }

    @Test(arguments: SourceFile.tests) func `no test sleeps`(file: SourceFile) {
        for line in file.lines { #expect(!line.contains("Task" + ".sleep"), "\(file.path): \(line)") }
    }

    @Test(arguments: SourceFile.sources) func `continuations live in one place`(file: SourceFile) {
        guard !file.path.hasSuffix("Threads/Reply.swift") else { return }
        for line in file.lines {
            #expect(!line.contains("withChecked" + "ThrowingContinuation"), "\(file.path): use Reply")
            #expect(!line.contains("withChecked" + "Continuation"), "\(file.path): use Reply")
        }
    }

    @Test func `every route is in the document of the API`() throws {
        let data = try Data(contentsOf: SourceFile.root.appending(path: "web/openapi.json"))
        let document = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
        let paths = try #require(document["paths"] as? [String: [String: Any]])
        var count = 0
        for file in SourceFile.sources where file.path.contains("Sources/API/") {
            for match in file.lines.joined(separator: "\n").matches(of: /Route\("([A-Z]+)", "(\/[^"\\]*)"/) {
                count += 1
                let (method, path) = (match.output.1.lowercased(), String(match.output.2))
                #expect(paths[path]?[method] != nil, "\(method) \(path)")
            }
        }
        #expect(count > 25)
    }

    @Test func `the list of embedded files is the list of files`() throws {
        let list = try String(
            contentsOf: SourceFile.root.appending(path: "Sources/CAssets/CAssets.c"), encoding: .utf8)
        let embedded = list.matches(of: /#embed "\.\.\/\.\.\/([^"]+)"/).map { String($0.1) }
        let present = ["migrations", "prompts", "schemas", "statecharts", "web"].flatMap { folder -> [String] in
            let base = SourceFile.root.appending(path: folder)
            return
                (FileManager.default.enumerator(at: base, includingPropertiesForKeys: [.isRegularFileKey])?
                .compactMap { $0 as? URL } ?? [])
                .filter { (try? $0.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile) ?? false }
                .map { String($0.standardized.path.dropFirst(SourceFile.root.path.count)).trimmingSlash }
        }
        #expect(embedded.sorted() == present.sorted(), "run scripts/embed")
    }

    /// What must not stand in anything that is published. Spelled so that this file does not hold it.
    static let banned = [
        "/wo" + "rk/", "TO" + "DO", "FIX" + "ME", "github" + "usercontent", "deb.debian" + ".org", "py" + "pi.org",
    ]

    @Test func `texts hold no path of a machine and nothing left open`() throws {
        let folders = ["Sources", "Tests", "docs", "scripts", "statecharts", "migrations", "prompts", "web", ".ci"]
        let files = try folders.flatMap { folder in
            try FileManager.default.subpathsOfDirectory(atPath: SourceFile.root.appending(path: folder).path)
                .map { "\(folder)/\($0)" }
        }
        for path in files + ["README.md", "CHANGELOG.md", "Makefile", "Package.swift"] {
            guard let text = try? String(contentsOf: SourceFile.root.appending(path: path), encoding: .utf8) else {
                continue
            }
            for word in Self.banned { #expect(!text.contains(word), "\(path) holds '\(word)'") }
        }
    }
}

extension String {
    fileprivate var trimmingSlash: String { hasPrefix("/") ? String(dropFirst()) : self }
}
