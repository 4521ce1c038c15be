import Glibc
import Threads

/// Runs libcurl's multi handle on a thread of its own. Other threads only ever post commands.
final class CurlDriver: Sendable {
    enum Command: Sendable {
        case start(Order)
        case withdraw(Order)
    }

    private struct Mailbox: Sendable {
        var commands: [Command] = []
        var isStopping = false
        var isStarted = false
    }

    private let mailbox = Locked(Mailbox())
    private let multi: MultiHandle
    private let userAgent: String
    private let addresses: AddressGuard?
    private let end = Reply<Void>()

    init(maximumConnections: Int, userAgent: String, addresses: AddressGuard?) {
        multi = MultiHandle(maximumConnections: maximumConnections)
        self.userAgent = userAgent
        self.addresses = addresses
    }

    /// Without a thread, because the system has none left, every order is answered with `stopped`.
    func start() {
        let isStarted = WorkerThread.start { [self] in run() }
        if !isStarted {
            mailbox.withLock { $0.isStopping = true }
            end.resolve(.success(()))
        }
    }

    func post(_ command: Command) {
        let isStopping = mailbox.withLock { mailbox in
            if !mailbox.isStopping { mailbox.commands.append(command) }
            return mailbox.isStopping
        }
        if isStopping { return Self.refuse(command) }
        multi.wake()
    }

    /// Removes the transfer of a cancelled task; says whether its request was sent.
    func withdraw(_ order: Order) async -> Bool {
        post(.withdraw(order))
        // The task is cancelled, so its own wait would end at once.
        return await Task { (try? await order.withdrawn.value) ?? true }.value
    }

    func stop() {
        mailbox.withLock { $0.isStopping = true }
        multi.wake()
    }

    func ended() async { await Task { try? await end.value }.value }

    /// The body of the curl thread.
    private func run() {
        var transfers = Transfers(multi: multi, userAgent: userAgent, addresses: addresses)
        while true {
            let mail = mailbox.withLock { mailbox in
                defer { mailbox.commands = [] }
                return mailbox
            }
            for command in mail.commands {
                switch command {
                case .start(let order): transfers.start(order)
                case .withdraw(let order): transfers.withdraw(order)
                }
            }
            if mail.isStopping { break }
            transfers.step()
        }
        transfers.stopAll()
        end.resolve(.success(()))
    }

    private static func refuse(_ command: Command) {
        switch command {
        case .start(let order): order.reply.resolve(.failure(HTTPClientError.stopped(wasSent: false)))
        case .withdraw(let order): order.withdrawn.resolve(.success(true))
        }
    }
}
