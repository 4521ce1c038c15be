import Foundation
import Glibc

/// What this process and the machine say about themselves.
enum ProcessUsage {
    /// CPU time of this process so far, in microseconds.
    static var cpuMicroseconds: Int64 {
        var usage = rusage()
        guard getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return 0 }
        return [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + Int64($1.tv_sec) * 1_000_000 + Int64($1.tv_usec) }
    }

    /// Resident memory, in MB.
    static var residentMegabytes: Double { Double(status("VmRSS:") ?? 0) / 1024 }

    /// Average load of the last minute.
    static var load: Double {
        text("/proc/loadavg").split(separator: " ").first.flatMap { Double($0) } ?? 0
    }

    /// Since the process was started by the system, in milliseconds; the kernel counts in hundredths of a second.
    static var ageMilliseconds: Double? {
        guard let started = ProcStat(process: "self").map(\.startTicks) else { return nil }
        var now = timespec()
        guard clock_gettime(CLOCK_BOOTTIME, &now) == 0 else { return nil }
        let seconds = Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
        return (seconds - Double(started) / Double(max(1, sysconf(Int32(_SC_CLK_TCK))))) * 1000
    }

    private static func status(_ name: String) -> Int? {
        for line in text("/proc/self/status").split(separator: "\n") where line.hasPrefix(name) {
            return line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }
        }
        return nil
    }

    static func text(_ path: String) -> String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }
}

/// A line of `/proc/<pid>/stat`.
struct ProcStat {
    let name: String
    let parent: Int
    /// CPU of the process itself, and of children that have ended, in ticks.
    let ticks: Int64
    let reapedTicks: Int64
    let startTicks: Int64

    init?(process: String) {
        let text = ProcessUsage.text("/proc/\(process)/stat")
        // The name stands in parentheses and may hold anything, blanks and parentheses too.
        guard let open = text.firstIndex(of: "("), let close = text.lastIndex(of: ")"), open < close else { return nil }
        name = String(text[text.index(after: open)..<close])
        let fields = text[text.index(after: close)...].split(separator: " ")
        guard fields.count > 19, let parent = Int(fields[1]), let user = Int64(fields[11]),
            let system = Int64(fields[12]), let reapedUser = Int64(fields[13]), let reapedSystem = Int64(fields[14]),
            let start = Int64(fields[19])
        else { return nil }
        self.parent = parent
        ticks = user + system
        reapedTicks = reapedUser + reapedSystem
        startTicks = start
    }
}
