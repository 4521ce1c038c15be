import Glibc
import JSONValue
import TestSupport

/// The real binary, serving.
final class ServiceProcess: Sendable {
    let process: ChildProcess
    let url: String

    /// Returns once it listens. What it wrote when it did not is in the error.
    static func start(
        _ arguments: [String], environment: [String: String], folder: String
    ) async throws -> ServiceProcess {
        let process = try await ChildProcess.rejoinder(
            ["serve"] + arguments, environment: environment, folder: folder)
        do {
            let line = try await process.output.line(containing: "listens on http://", within: .seconds(60))
            let words = line.split(separator: " ")
            guard let url = words.first(where: { $0.hasPrefix("http://") }) else { throw TestFailure(line) }
            return ServiceProcess(process, String(url))
        } catch {
            throw TestFailure("the service did not start: \(error)\n\(process.errors.text)")
        }
    }

    private init(_ process: ChildProcess, _ url: String) {
        self.process = process
        self.url = url
    }

    var status: JSON {
        get async throws { try await JSONClient.get(url + "/queue/status") }
    }

    /// How many posts stand where, as `stage/status`.
    var ends: [String: Int] {
        get async throws { Self.places(try await status) }
    }

    static func places(_ status: JSON) -> [String: Int] {
        (status["queues"]?.array ?? []).reduce(into: [:]) { places, queue in
            let name = "\(queue["stage"]?.string ?? "?")/\(queue["status"]?.string ?? "?")"
            places[name, default: 0] += Int(queue["count"]?.int ?? 0)
        }
    }

    /// Asks it to stop as an init system does; it must leave with 0 within ten seconds.
    func stop() async throws {
        process.signal(SIGTERM)
        let began = ContinuousClock.now
        let exit = try await process.waitForExit(within: .seconds(20))
        let took = ContinuousClock.now - began
        guard exit == .code(0), took < .seconds(10) else {
            throw TestFailure("SIGTERM ended in \(exit) after \(took):\n\(lastLines)")
        }
    }

    var lastLines: String { process.errors.lines.suffix(40).joined(separator: "\n") }
}

extension [String: Int] {
    var total: Int { values.reduce(0, +) }
    /// Posts that have reached an end.
    var closed: Int { filter { $0.key.hasPrefix("closed/") }.values.reduce(0, +) }
    var listed: String { sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ") }
}
