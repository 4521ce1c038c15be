import Glibc
import Store

/// Owns the lock that keeps a second server away from a file. Held until ``release()`` or the end of the process.
final class FileLock: Sendable {
    private let descriptor: CInt

    /// Takes the lock beside a database file, or says that another server holds it.
    init(beside path: String) throws(StoreError) {
        let lockPath = path + ".lock"
        descriptor = unsafe open(lockPath, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw StoreError(.unavailable, subject: path, "cannot open \(lockPath): error \(errno)")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw StoreError(
                .incompatible, subject: path, "another server uses \(path); SQLite allows one (use Postgres for more)")
        }
    }

    /// The file stays: removing it would let two servers lock two different files of the same name.
    func release() { flock(descriptor, LOCK_UN) }

    deinit { close(descriptor) }
}
