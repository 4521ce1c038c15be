import Threads

extension HTTPServer {
    /// Refuses new connections and requests, cancels the handlers, lets their answers leave, then stops.
    ///
    /// Handlers that have not ended after `grace` are answered for (503) and left behind. Returns when the server's
    /// threads have ended; cancelling the caller does not shorten it. May be called more than once.
    package func close(grace: Duration = .seconds(5)) async {
        let closing = running.withLock { running in
            let closing = running.closing ?? Task { await shutDown(grace) }
            running.closing = closing
            return closing
        }
        await closing.value
    }

    /// libmicrohttpd asks for this order: stopping a daemon that has a suspended connection aborts the process,
    /// and stopping it at once after a resume drops the answer.
    private func shutDown(_ grace: Duration) async {
        doorkeeper.stopAccepting()
        for exchange in beginClosing() { exchange.cancel() }
        await drain(grace)
        for exchange in running.withLock({ Array($0.handling.values) }) { exchange.answer(refuse(.closing)) }
        await drain(min(grace, .seconds(2)))
        doorkeeper.stop()
        try? await stopped.value
    }

    private func beginClosing() -> [Exchange] {
        running.withLock { running in
            running.isClosing = true
            return Array(running.handling.values)
        }
    }

    /// Waits until every request has been done with, at most this long.
    private func drain(_ longest: Duration) async {
        let drained = Reply<Void>()
        let isDrained = running.withLock { running in
            running.drained = drained
            return running.exchanges == 0
        }
        if isDrained { return }
        let timer = Task {
            try await Task.sleep(for: longest)
            drained.resolve(.success(()))
        }
        try? await drained.value
        timer.cancel()
    }

    /// The last thing on the doorkeeper's thread: nobody adds connections or resumes them any more.
    func leave() {
        daemon.stop(self)
        stopped.resolve(.success(()))
    }
}
