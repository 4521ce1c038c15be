/// What is wrong with an expression, by the offset of a Unicode scalar in its text.
struct GuardProblem: Error {
    let code: ChartDiagnostic.Code
    let offset: Int
    let message: String

    init(_ code: ChartDiagnostic.Code, at offset: Int, _ message: String) {
        self.code = code
        self.offset = offset
        self.message = message
    }
}

/// Bounds of one expression. They keep checking and evaluation short whatever a chart says.
enum GuardLimits {
    static let scalars = 4000
    static let depth = 32
    static let macroDepth = 2
    /// Elements that the macros of one evaluation may visit together.
    static let visits = 100_000
    /// So many bytes or elements that are put together cost as much as one visit.
    static let joined = 64
}
