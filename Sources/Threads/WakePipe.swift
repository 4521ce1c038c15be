import Glibc

/// Owns a pipe by which other threads end a `poll`.
package final class WakePipe: Sendable {
    /// The end to poll; -1 when the system had no pipe left.
    package let reader: Int32
    private let writer: Int32

    package init() {
        var ends: [Int32] = [-1, -1]
        if pipe(&ends) != 0 { ends = [-1, -1] }
        for end in ends {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
        reader = ends[0]
        writer = ends[1]
    }

    deinit {
        close(reader)
        close(writer)
    }

    package func wake() {
        var byte: UInt8 = 0
        // A full pipe wakes as well: the result does not matter.
        _ = write(writer, &byte, 1)
    }

    package func clear() {
        var bytes = [UInt8](repeating: 0, count: 64)
        while read(reader, &bytes, bytes.count) > 0 {}
    }
}
