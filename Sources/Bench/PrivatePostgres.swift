import Foundation
import Threads

/// A Postgres of our own in a temporary folder, reached by a Unix socket only. Its keeper is a shell that waits for the
/// end of its standard input: the server goes away with this process, however that ends.
final class PrivatePostgres: Sendable {
    let url: String
    let folder: String
    private let input: FileHandle
    private let keeper: Shared<Process>

    private init(folder: String, input: FileHandle, keeper: sending Process) {
        self.folder = folder
        self.input = input
        self.keeper = Shared(keeper)
        url = "postgresql:///postgres?user=postgres&host=" + folder
    }

    static func start() async throws -> PrivatePostgres {
        let keeper = Process()
        let input = Pipe()
        let output = Pipe()
        keeper.executableURL = URL(fileURLWithPath: "/bin/sh")
        keeper.arguments = ["-c", script]
        keeper.standardInput = input
        keeper.standardOutput = output
        try keeper.run()
        let reply = Reply<String>()
        let reader = output.fileHandleForReading
        // Blocks until the server is up or the keeper is gone, so not on the cooperative pool.
        let isStarted = WorkerThread.start {
            reply.resolve(.success(String(decoding: reader.availableData, as: UTF8.self)))
        }
        guard isStarted else { throw BenchError("no thread to wait for Postgres") }
        let folder = try await reply.value.split(separator: "\n").first.map(String.init) ?? ""
        guard folder.hasPrefix("/") else { throw BenchError("no private Postgres could be started") }
        return PrivatePostgres(folder: folder, input: input.fileHandleForWriting, keeper: keeper)
    }

    /// Stops the server and removes its folder.
    func stop() {
        try? input.close()
        keeper.withLock { $0.waitUntilExit() }
    }

    private static let script = """
        trap '' INT TERM HUP
        bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
        [ -x "${bin:-}/initdb" ] || bin=$(dirname "$(command -v initdb)" 2>/dev/null)
        [ -x "${bin:-}/initdb" ] || { echo 'no initdb: install the package postgresql' >&2; exit 1; }
        folder=$(mktemp -d "${TMPDIR:-/tmp}/rejoinder-bench-pg.XXXXXX") || exit 1
        as=
        if [ "$(id -u)" = 0 ]; then
            # initdb refuses root.
            chown postgres:postgres "$folder" || exit 1
            as='setpriv --reuid=postgres --regid=postgres --clear-groups --'
        fi
        cd "$folder" || exit 1
        run() { LC_ALL=C $as "$@" </dev/null >>"$folder/log" 2>&1; }
        finish() {
            if [ -e data/postmaster.pid ]; then run "$bin/pg_ctl" -D data -w stop -m immediate; fi
            cd /; rm -rf "$folder"
        }
        trap finish EXIT
        run "$bin/initdb" -D data -U postgres --auth=trust --encoding=UTF8 --locale=C -N || { cat log >&2; exit 1; }
        $as tee -a data/postgresql.conf >/dev/null <<SETTINGS
        listen_addresses = ''
        unix_socket_directories = '$folder'
        shared_buffers = 512MB
        max_wal_size = 4GB
        fsync = on
        synchronous_commit = on
        SETTINGS
        run "$bin/pg_ctl" -D data -w -l "$folder/server.log" start || { cat log server.log >&2; exit 1; }
        echo "$folder"
        cat >/dev/null
        """
}
