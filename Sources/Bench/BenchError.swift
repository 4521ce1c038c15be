/// Why a measurement could not be made.
package struct BenchError: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
