import ChartFormat
import JSONValue

/// SARIF 2.1.0, the form in which code hosts show findings beside the lines that they are about.
extension ChartReport {
    package var sarif: JSON {
        [
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0",
            "runs": [
                [
                    "tool": ["driver": ["name": "rejoinder", "rules": .array(Self.rules)]],
                    "columnKind": "unicodeCodePoints", "results": .array(entries.map(result)),
                ]
            ],
        ]
    }

    /// Every code that a result may name, in a fixed order.
    private static let rules: [JSON] =
        ChartDiagnostic.Code.allCases.map {
            rule($0.rawValue, "The chart is refused (\($0.rawValue)).", LintCode.Severity.error)
        } + LintCode.allCases.map { rule($0.rawValue, $0.title, $0.severity) }

    private static func rule(_ id: String, _ title: String, _ severity: LintCode.Severity) -> JSON {
        let text: JSON = ["text": .string(title)]
        let level: JSON = ["level": .string(severity.rawValue)]
        return ["id": .string(id), "shortDescription": text, "defaultConfiguration": level]
    }

    private static let indices = Dictionary(
        rules.enumerated().map { ($0.element["id"]?.string ?? "", $0.offset) }
    ) { first, _ in first }

    private func result(_ entry: Entry) -> JSON {
        [
            "ruleId": .string(entry.code), "ruleIndex": JSON(Self.indices[entry.code] ?? -1),
            "level": .string(entry.severity.rawValue), "message": ["text": .string(entry.message)],
            "locations": [
                [
                    "physicalLocation": [
                        "artifactLocation": ["uri": .string(uri)],
                        "region": [
                            "startLine": JSON(entry.position.line), "startColumn": JSON(entry.position.column),
                        ],
                    ]
                ]
            ],
        ]
    }

    /// The path as a URI reference: what a path may hold and a URI may not is escaped.
    private var uri: String {
        let allowed = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/".utf8)
        return file.utf8.reduce(into: "") { text, byte in
            if allowed.contains(byte) {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                text += "%" + (digits.count == 1 ? "0" : "") + digits
            }
        }
    }
}
