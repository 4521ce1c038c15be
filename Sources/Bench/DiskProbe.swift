import Glibc

/// How long the disk takes to make a small write durable.
enum DiskProbe {
    /// Median of `fdatasync` after a write of 4 KiB, in microseconds; nil where it cannot be measured.
    static func fdatasyncMicroseconds(folder: String, rounds: Int = 200) -> Double? {
        let path = "\(folder)/rejoinder-fdatasync-\(getpid())"
        let file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { return nil }
        defer {
            close(file)
            unlink(path)
        }
        let page = [UInt8](repeating: 7, count: 4096)
        var times: [Double] = []
        for round in 0..<rounds {
            guard pwrite(file, page, page.count, off_t(round % 64 * 4096)) == page.count else { return nil }
            let began = ContinuousClock.now
            guard fdatasync(file) == 0 else { return nil }
            times.append((ContinuousClock.now - began) / .microseconds(1))
        }
        return times.sorted()[rounds / 2]
    }
}
