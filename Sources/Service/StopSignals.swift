import Dispatch
import Glibc
import Threads

/// SIGTERM and SIGINT as a stream. The first asks for a drain; whoever listens may treat a second one as impatience.
package enum StopSignals {
    /// Takes the signals over for the rest of the process's life.
    package static func stream() -> AsyncStream<Int32> {
        AsyncStream { continuation in
            let sources = [SIGTERM, SIGINT].map { number in
                signal(number, SIG_IGN)
                let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
                source.setEventHandler { continuation.yield(number) }
                source.resume()
                return Source(source)
            }
            kept.withLock { $0 += sources }
        }
    }

    /// Dispatch's sources end when nobody holds them.
    private static let kept = Locked<[Source]>([])

    /// A source is only kept, never used again: that is safe from any thread.
    private struct Source: @unchecked Sendable {
        private let source: any DispatchSourceSignal
        init(_ source: any DispatchSourceSignal) { self.source = source }
    }
}
