/// What is wrong with one file, as far as its reading has come. Lives for one call, on the caller's thread.
final class ChartLog {
    let file: String
    private let text: String
    private(set) var diagnostics: [ChartDiagnostic] = []
    /// States of the chart and of the charts within it.
    var stateCount = 0
    /// Only a mistake needs the text once more.
    private(set) lazy var source = ChartSource(text)

    init(file: String, text: String) {
        self.file = file
        self.text = text
    }

    var isEmpty: Bool { diagnostics.isEmpty }

    func report(_ code: ChartDiagnostic.Code, _ position: SourcePosition, _ message: String) {
        guard diagnostics.count < ChartLimits.diagnostics else { return }
        diagnostics.append(ChartDiagnostic(file: file, position: position, code: code, message: message))
    }
}
