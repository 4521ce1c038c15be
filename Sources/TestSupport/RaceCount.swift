import Foundation

/// How often things are tried that depend on who comes first: few times in every run, often when asked to.
package enum RaceCount {
    /// Times that each cell of the matrix of callbacks is played.
    package static let cell = number("REJOINDER_RACES", 20)
    /// Batches of nodes that work in opposite orders.
    package static let batches = number("REJOINDER_RACE_BATCHES", 500)

    private static func number(_ name: String, _ usual: Int) -> Int {
        ProcessInfo.processInfo.environment[name].flatMap(Int.init) ?? usual
    }
}
