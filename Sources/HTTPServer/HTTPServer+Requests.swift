/// The life of a request. All of these are called on libmicrohttpd's thread, except ``patrol()``.
extension HTTPServer {
    /// The first request's clock starts with the connection.
    func opened(_ peer: Peer) { deadlines.set(peer, in: options.requestDeadline, isReceiving: true) }

    func closed(_ peer: Peer) { deadlines.forget(peer) }

    func began(_ exchange: Exchange) {
        running.withLock { $0.exchanges += 1 }
        deadlines.set(exchange.peer, in: options.requestDeadline, isReceiving: true)
    }

    /// False: the connection is to be cut.
    ///
    /// Must not answer a good request: an answer given this early closes the connection. That is right for a bad one,
    /// whose body, if any, is not read.
    func headArrived(_ exchange: Exchange, _ method: String, _ version: String) -> Bool {
        let refusal = exchange.readHead(method: method, version: version, bodyLimit: options.bodyLimit)
        return refusal.map { turnAway(exchange, $0) } ?? true
    }

    /// False: the connection is to be cut.
    func advance(_ exchange: Exchange, _ piece: UnsafeRawBufferPointer) -> Bool {
        switch exchange.phase {
        case .arriving where !piece.isEmpty:
            return exchange.append(piece).map { cutOff(exchange, .bodyTooLarge(limit: $0)) } ?? true
        case .arriving:
            return begin(exchange)
        case .answered(let response):
            return send(exchange, response)
        case .named, .running, .sent:
            return true
        }
    }

    func ended(_ exchange: Exchange) {
        // Nobody tells when the first byte of the next request comes: this is the latest it may be whole.
        deadlines.set(exchange.peer, in: options.idleTimeout + options.requestDeadline, isReceiving: true)
        let drained = running.withLock { running in
            running.exchanges -= 1
            return running.exchanges == 0 ? running.drained : nil
        }
        drained?.resolve(.success(()))
    }

    /// On the doorkeeper's thread.
    func patrol() {
        for exchange in deadlines.enforce(at: .now) { exchange.answer(refuse(.handlerTooSlow)) }
    }

    private func begin(_ exchange: Exchange) -> Bool {
        let request = exchange.request
        deadlines.set(exchange.peer, in: options.handlerDeadline, .tellTooSlow(exchange))
        let isBegun = running.withLock { running in
            if running.isClosing { return false }
            running.handling[ObjectIdentifier(exchange)] = exchange
            exchange.run { [self] in
                exchange.answer(await handler(request))
                self.running.withLock { _ = $0.handling.removeValue(forKey: ObjectIdentifier(exchange)) }
            }
            return true
        }
        return isBegun || turnAway(exchange, .closing)
    }

    /// Answers and closes. A body not yet read stays unread.
    private func turnAway(_ exchange: Exchange, _ refusal: Refusal) -> Bool {
        var response = refuse(refusal)
        if response.connection == .keep { response.connection = .close }
        if case .named = exchange.phase { doorkeeper.linger(exchange.peer.descriptor) }
        return send(exchange, response)
    }

    /// Amidst a body libmicrohttpd takes no answer, so this writes it itself; then the connection is to be cut.
    private func cutOff(_ exchange: Exchange, _ refusal: Refusal) -> Bool {
        let response = refuse(refusal)
        guard response.connection != .drop else { return false }
        doorkeeper.linger(exchange.peer.descriptor)
        exchange.peer.write(wireForm(response))
        return false
    }

    private func send(_ exchange: Exchange, _ response: ServerResponse) -> Bool {
        // A reader slower than this holds the answer in memory for nothing.
        let transfer = Duration.milliseconds(response.body.count / Self.slowestBytesPerMillisecond)
        deadlines.set(exchange.peer, in: options.idleTimeout + options.requestDeadline + transfer)
        return exchange.queue(response)
    }

    private static var slowestBytesPerMillisecond: Int { 16 }
}
