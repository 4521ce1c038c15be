import ArgumentParser

/// Measures the service on this machine.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Measures the service on this machine.")
}
