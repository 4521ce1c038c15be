import Foundation
import JSONValue
import TestSupport
import Testing

/// A test of W3C's SCXML 1.0 implementation report plan, as the shared index lists it.
struct ConformanceCase: Sendable, CustomTestStringConvertible {
    /// Such as `403a`.
    var name: String
    var file: String
    var bucket: String
    var isMandatory: Bool
    /// True when W3C left the verdict to a person who reads the log.
    var isManual: Bool
    var testDescription: String { file }

    static let folder = "scxml-irp"

    /// Why documents of a bucket are not run; nil when they are.
    static let reasons: [String: String] = [
        "ecmascript-profile": "needs the ECMAScript data model (SCXML 1.0, appendix B.2), which is optional",
        "basichttp": "needs the Basic HTTP event processor (appendix C.2), which is optional",
    ]

    static let all: [ConformanceCase] = {
        guard let bytes = try? SharedData.bytes("\(folder)/index.json"), let index = try? JSON.parse(bytes) else {
            return []
        }
        return (index.array ?? []).compactMap(ConformanceCase.init).sorted { $0.file < $1.file }
    }()
    static let run = all.filter { reasons[$0.bucket] == nil }
    static let automated = run.filter { !$0.isManual }
    static let manual = run.filter(\.isManual)

    init?(_ json: JSON) {
        guard let file = json["file"]?.string, let bucket = json["bucket"]?.string else { return nil }
        self.file = file
        self.bucket = bucket
        name = String(file.dropFirst(4).prefix { $0 != "." })
        isMandatory = json["conformance"] == "mandatory"
        isManual = json["manual"] == true
    }
}

extension Trait where Self == ConditionTrait {
    /// Skips tests where the data are absent, and says how many documents are not run then.
    static func reads(_ folder: String, documents: Int) -> Self {
        .enabled(
            if: SharedData.isPresent(folder), "shared data is absent: \(folder), with it \(documents) documents are run"
        )
    }
}
