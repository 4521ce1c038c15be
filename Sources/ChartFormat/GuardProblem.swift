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
    /// Characters of the text.
    static let scalars = 4000
    /// Expressions within expressions: brackets, arguments, branches.
    static let depth = 32
    /// Levels of the syntax tree, chains of operators included.
    static let height = 160
    static let operators = 150
    static let members = 50
    /// `!` and `-` before one value.
    static let signs = 32
    static let macroDepth = 2
    /// Elements that the macros of one evaluation may visit together.
    static let visits = 100_000
    /// What one evaluation with macros may do: nodes evaluated, elements and texts compared or copied.
    static let work = 3_000_000
    /// Bytes of a text, and elements of a list, that an expression may make.
    static let made = 1 << 20
}
