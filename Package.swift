// swift-tools-version: 6.2
import PackageDescription

/// Every target of ours: Swift 6 language mode, warnings are errors.
let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]
/// Targets that touch no C: unsafe constructs do not compile there.
let safe: [SwiftSetting] = strict + [.strictMemorySafety()]

func module(
    _ name: String, _ dependencies: [Target.Dependency] = [], settings: [SwiftSetting] = safe
) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "rejoinder",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "rejoinder", targets: ["rejoinder"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    ],
    targets: [
        // Toolbox: small targets that import nothing of ours, or only each other.
        module("JSONValue"),
        module("Threads", settings: strict),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        module("Crypto", ["CCrypto"], settings: strict),
        module("JSONSchema", ["JSONValue"]),
        .target(name: "CAssets", cSettings: [.unsafeFlags(["-std=c2x"])]),
        module("Assets", ["CAssets"], settings: strict),
        // Texts of others, made safe for models and comparable: the pipeline and the research agent use it.
        module("Texts", ["JSONValue"]),

        // The pure core and the chart format.
        module("Statechart", ["JSONValue"]),
        module("ChartFormat", ["Statechart", "JSONValue", "JSONSchema", "Crypto", yams]),
        module("ChartTools", ["ChartFormat", "Statechart", "JSONValue", "JSONSchema"]),
        module("ChartLint", ["ChartFormat", "Statechart", "JSONValue"]),

        // W3C SCXML: documents become charts. XML is the only code that touches libxml2.
        .systemLibrary(name: "CXML", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
        module("XML", ["CXML"], settings: strict),
        module("SCXML", ["Statechart", "ChartFormat", "JSONValue", "XML", "Crypto"]),

        // The drivers: the only code that touches libpq, libmicrohttpd, libcurl.
        .systemLibrary(name: "CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        module("Postgres", ["CPostgres", "Threads"], settings: strict),
        .systemLibrary(
            name: "CMicroHTTPD", pkgConfig: "libmicrohttpd", providers: [.apt(["libmicrohttpd-dev"])]),
        module("HTTPServer", ["CMicroHTTPD", "Threads"], settings: strict),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        module("HTTPClient", ["CCurl", "Threads"], settings: strict),

        // The storage seam and its implementations.
        module("Store", ["JSONValue"]),
        module("StorePostgres", ["Store", "Postgres", "JSONValue", "Assets", "Crypto", "Threads"]),
        module("StoreSQLite", ["Store", "JSONValue", "Assets", "Crypto", "Threads", grdb]),

        // The durable shell and the domain.
        module("Engine", ["Store", "Statechart", "JSONValue", "Threads", "Crypto", logging]),
        module(
            "Pipeline",
            [
                "Engine", "Store", "Statechart", "ChartFormat", "Texts", "JSONValue", "JSONSchema", "Crypto", "Assets",
                logging,
            ]),
        module("Oracles", ["JSONValue", "Crypto"]),
        module(
            "Agents",
            [
                "Oracles", "Pipeline", "Engine", "Store", "HTTPClient", "Texts", "JSONValue", "JSONSchema", "Crypto",
                "Threads",
                logging,
            ]),
        module(
            "Reddit",
            ["Pipeline", "Engine", "Store", "HTTPClient", "JSONValue", "Crypto", "Threads", logging]),

        module(
            "Webhooks",
            ["Pipeline", "Statechart", "Store", "HTTPClient", "JSONValue", "Crypto", "Threads", logging]),
        module("Upkeep", ["Pipeline", "Engine", "Store", "JSONValue", "Threads", logging]),

        // The edge.
        module(
            "API",
            [
                "Upkeep", "Webhooks", "Pipeline", "Engine", "Store", "HTTPServer", "JSONValue", "JSONSchema", "Crypto",
                "Threads", logging,
            ]),
        module("Dashboard", ["Pipeline", "Engine", "Store", "HTTPServer", "JSONValue", "Assets", mustache]),
        module(
            "Fakes", ["Oracles", "HTTPServer", "HTTPClient", "JSONValue", "JSONSchema", "Crypto", "Threads", logging]),

        // The research agent: a process of its own that knows the callback contract and nothing of the service.
        module(
            "ResearchAgent",
            [
                "HTTPServer", "HTTPClient", "XML", "Texts", "JSONValue", "JSONSchema", "Crypto", "Threads", "Assets",
                logging,
            ]),

        // Composition and commands.
        module(
            "Service",
            [
                "API", "Dashboard", "Agents", "Reddit", "Upkeep", "Webhooks", "Pipeline", "Engine", "Store",
                "StorePostgres", "StoreSQLite", "HTTPServer", "HTTPClient", "ChartFormat", "ChartTools", "Statechart",
                "Texts", "JSONValue", "Crypto", "Threads",
                "Assets",
                logging, yams,
            ]),
        module(
            "Bench",
            [
                "Service", "Upkeep", "Pipeline", "Engine", "Store", "StorePostgres", "StoreSQLite", "Postgres",
                "Agents", "HTTPClient", "HTTPServer", "ChartFormat", "Statechart", "JSONValue", "Threads", "Crypto",
                logging, grdb,
            ],
            settings: strict),
        module(
            "CLI",
            [
                "Service", "ResearchAgent", "Fakes", "Bench", "Pipeline", "Store", "ChartTools", "ChartLint", "SCXML",
                "ChartFormat", "Statechart",
                "HTTPClient", "JSONSchema", "JSONValue", "Threads", "Crypto", "Assets", arguments,
            ]),
        .executableTarget(name: "rejoinder", dependencies: ["CLI"], swiftSettings: safe),

        // The whole engine on a virtual clock: for tests alone. The hook is the only code that touches Swift's runtime.
        .target(name: "CTaskHook"),
        module(
            "Simulation",
            [
                "Engine", "Pipeline", "Store", "ChartFormat", "Statechart", "JSONValue", "Threads", "Assets",
                "CTaskHook",
                logging,
            ],
            settings: strict),

        // Tests.
        module("TestSupport", ["Store", "Postgres", "Threads", "JSONValue"], settings: strict),
        tests("ToolboxTests", ["JSONValue", "Threads", "Crypto", "JSONSchema", "TestSupport"]),
        tests(
            "StatechartTests",
            ["Statechart", "ChartFormat", "ChartLint", "JSONValue", "JSONSchema", "TestSupport"]),
        tests("ConformanceTests", ["SCXML", "XML", "Statechart", "ChartFormat", "JSONValue", "TestSupport"]),
        tests(
            "ChartToolsTests",
            [
                "ChartTools", "Pipeline", "SCXML", "ChartFormat", "Statechart", "JSONValue", "JSONSchema",
                "TestSupport",
            ]),
        tests("ProofTests", ["Statechart", "JSONValue"]),
        tests("DriverTests", ["HTTPServer", "HTTPClient", "Postgres", "Threads", "TestSupport"]),
        tests(
            "StoreTests",
            [
                "Store", "StorePostgres", "StoreSQLite", "Simulation", "JSONValue", "Postgres", "Threads",
                "TestSupport",
                grdb,
            ]),
        tests(
            "EngineTests",
            [
                "Engine", "Store", "StorePostgres", "StoreSQLite", "Statechart", "ChartFormat", "ChartTools",
                "JSONValue", "Threads", "Postgres", "TestSupport",
            ]),
        tests("SimulationTests", ["Simulation", "Threads"]),
        tests(
            "PipelineTests",
            [
                "Pipeline", "Engine", "Store", "Texts", "Crypto", "ChartFormat", "Statechart", "JSONValue",
                "JSONSchema", "Assets", "TestSupport",
            ]),
        tests(
            "ResearchAgentTests",
            [
                "ResearchAgent", "HTTPServer", "HTTPClient", "XML", "Texts", "JSONValue", "JSONSchema", "Crypto",
                "Threads", "TestSupport", logging,
            ]),
        tests(
            "EdgeTests",
            [
                "Service", "API", "Dashboard", "Agents", "Reddit", "Upkeep", "Webhooks", "ChartTools", "Fakes",
                "Oracles", "HTTPServer",
                "HTTPClient", "Pipeline",
                "Engine", "Store", "StoreSQLite", "StorePostgres", "Postgres", "ChartFormat", "Statechart", "JSONValue",
                "JSONSchema", "Assets", "Crypto", "Texts", "Threads", "TestSupport", logging, grdb,
            ]),
        tests(
            "SystemTests",
            [
                "Service", "CLI", "Fakes", "Pipeline", "Engine", "Store", "StorePostgres", "StoreSQLite", "Statechart",
                "ChartFormat", "HTTPServer", "HTTPClient", "Postgres", "JSONValue", "JSONSchema", "Crypto", "Threads",
                "TestSupport",
            ]),
        tests("TidyTests", []),
    ],
    swiftLanguageModes: [.v6]
)

// A part of the package alone, for builds that look at nothing else: the drivers for Thread Sanitizer, the charts,
// the interpreter with its proof.
let charts: Set<String> = [
    "JSONValue", "Threads", "CCrypto", "Crypto", "JSONSchema", "CPostgres", "Postgres", "Store", "Statechart",
    "ChartFormat",
    "ChartLint", "CXML", "XML", "SCXML", "ChartTools", "TestSupport", "StatechartTests", "ConformanceTests",
    "ProofTests", "TidyTests",
]
let parts: [String: Set<String>] = [
    "races": charts.subtracting([
        "ChartLint", "CXML", "XML", "SCXML", "StatechartTests", "ConformanceTests", "ProofTests",
    ])
    .union([
        "CAssets", "Assets", "Texts", "CMicroHTTPD", "HTTPServer", "CCurl", "HTTPClient", "StorePostgres",
        "StoreSQLite", "Engine", "Pipeline", "Oracles", "Agents", "Reddit", "Upkeep", "Webhooks", "API", "Dashboard",
        "Fakes",
        "Service", "EngineTests",
        "EdgeTests",
    ]),
    "drivers": [
        "JSONValue", "Threads", "CCrypto", "Crypto", "JSONSchema", "CPostgres", "Postgres", "CMicroHTTPD", "HTTPServer",
        "CCurl", "HTTPClient", "Store", "TestSupport", "ToolboxTests", "DriverTests",
    ],
    "research": [
        "JSONValue", "Threads", "CCrypto", "Crypto", "JSONSchema", "CAssets", "Assets", "Texts", "CXML", "XML",
        "CMicroHTTPD", "HTTPServer", "CCurl", "HTTPClient", "ResearchAgent", "CPostgres", "Postgres", "Store",
        "TestSupport", "ResearchAgentTests",
    ],
    "charts": charts,
    "chart-tools": charts.union(["CAssets", "Assets", "Texts", "Store", "Engine", "Pipeline", "ChartToolsTests"]),
    "proof": ["JSONValue", "Statechart", "ProofTests"],
    "simulation": [
        "JSONValue", "Threads", "CCrypto", "Crypto", "JSONSchema", "CAssets", "Assets", "Texts", "Statechart",
        "ChartFormat", "Store",
        "Engine", "Pipeline", "CTaskHook", "Simulation", "SimulationTests",
    ],
]
if let part = Context.environment["REJOINDER_TARGETS"].flatMap({ parts[$0] }) {
    package.targets.removeAll { !part.contains($0.name) }
    let packages = Set(package.targets.flatMap(\.dependencies).compactMap(\.package))
    package.dependencies.removeAll { !packages.contains($0.identity) }
    package.products = []
}

extension Target.Dependency {
    /// The package that a product comes from.
    var package: String? { if case .productItem(_, let package?, _, _) = self { package.lowercased() } else { nil } }
}

extension Package.Dependency {
    var identity: String {
        guard case .sourceControl(_, let location, _) = kind else { return "" }
        return location.split(separator: "/").last.map { $0.lowercased() } ?? ""
    }
}
