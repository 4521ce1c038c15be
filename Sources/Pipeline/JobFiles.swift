import Store
import Threads

/// Finds what preparing a job and reading its result takes, for many callers at once: what is asked for while a look is
/// under way shares the next.
package final class JobFiles: Sendable {
    private let looks: Coalescer<JobKey, JobFile>

    package init(_ store: any Store) {
        looks = Coalescer { keys in
            Dictionary(try await store.files(keys).map { ($0.job.key, $0) }, uniquingKeysWith: { first, _ in first })
        }
    }

    /// A job with its post's text and results, as they are after the call began; nil when there is no such job (any
    /// more). Throws ``StoreError``.
    package func value(_ key: JobKey) async throws -> JobFile? { try await looks.value(key) }
}
