internal import CMicroHTTPD
import Glibc
import Threads

/// Owns a `MHD_Daemon`: started once, stopped once.
final class Daemon: Sendable {
    private let bits = Locked<UInt>(0)

    /// Retains the server until ``stop(_:)``, because the daemon's thread calls it.
    func start(_ server: HTTPServer, _ options: ServerOptions) throws(HTTPServerError) {
        let context = Unmanaged.passRetained(server)
        let seconds = options.idleTimeout.components
        let started = c_mhd_start(
            context.toOpaque(), access, requested, completed, connected,
            UInt32(clamping: options.connectionLimit), max(1024, options.connectionMemory),
            UInt32(clamping: max(1, seconds.seconds + (seconds.attoseconds > 0 ? 1 : 0))))
        guard let started else {
            context.release()
            throw .current("MHD_start_daemon")
        }
        bits.withLock { $0 = UInt(bitPattern: started) }
    }

    /// Takes over the descriptor: it is closed if the daemon will not have it.
    func add(_ descriptor: Int32, _ address: SocketAddress) {
        guard let raw = OpaquePointer(bitPattern: bits.withLock { $0 }) else {
            close(descriptor)
            return
        }
        _ = address.withPointer { MHD_add_connection(raw, descriptor, $0, $1) }
    }

    /// Joins the daemon's thread. No connection may be suspended: libmicrohttpd aborts the process then.
    func stop(_ server: HTTPServer) {
        let raw = bits.withLock { bits in
            defer { bits = 0 }
            return OpaquePointer(bitPattern: bits)
        }
        guard let raw else { return }
        MHD_stop_daemon(raw)
        Unmanaged.passUnretained(server).release()
    }
}
