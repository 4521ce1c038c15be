internal import CCurl

/// The transfers in flight. Lives on the curl thread and is not `Sendable`.
struct Transfers: ~Copyable {
    private let multi: MultiHandle
    private let userAgent: String
    private let addresses: AddressGuard?
    private var running: [UnsafeMutableRawPointer: Transfer] = [:]
    private var handles: [ObjectIdentifier: UnsafeMutableRawPointer] = [:]

    init(multi: MultiHandle, userAgent: String, addresses: AddressGuard?) {
        self.multi = multi
        self.userAgent = userAgent
        self.addresses = addresses
    }

    mutating func start(_ order: Order) {
        if order.reply.isResolved { return }  // cancelled before it began: a withdrawal follows
        do {
            let transfer = try Transfer(order, userAgent: userAgent, addresses: addresses)
            guard multi.add(transfer.easy) else { throw HTTPClientError.unusable(CURLE_OUT_OF_MEMORY) }
            running[transfer.easy] = transfer
            handles[ObjectIdentifier(order)] = transfer.easy
        } catch {
            order.reply.resolve(.failure(error))
        }
    }

    mutating func withdraw(_ order: Order) {
        let transfer = handles[ObjectIdentifier(order)].flatMap { remove($0) }
        order.withdrawn.resolve(.success(transfer?.wasSent ?? order.wasDone))
    }

    mutating func stopAll() {
        for transfer in Array(running.values) {
            remove(transfer.easy)
            transfer.order.reply.resolve(.failure(HTTPClientError.stopped(wasSent: transfer.wasSent)))
        }
    }

    mutating func step() {
        multi.perform()
        while let (easy, code) = multi.nextDone() {
            guard let transfer = remove(easy) else { continue }
            transfer.order.finish(transfer.result(code))
        }
        multi.wait()
    }

    @discardableResult
    private mutating func remove(_ easy: UnsafeMutableRawPointer) -> Transfer? {
        guard let transfer = running.removeValue(forKey: easy) else { return nil }
        multi.remove(easy)
        handles[ObjectIdentifier(transfer.order)] = nil
        return transfer
    }
}
