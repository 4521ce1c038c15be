internal import CMicroHTTPD

// What libmicrohttpd calls, always on its own thread. Each recovers the objects and calls one method.

/// A connection was made or is about to be closed; its descriptor is still open in both cases.
let connected: c_mhd_connected = { context, connection, slot, code in
    guard let context, let connection, let slot else { return }
    let server = Unmanaged<HTTPServer>.fromOpaque(context).takeUnretainedValue()
    if code == .CONNECTION_NOTIFY_STARTED {
        let address = SocketAddress.text(of: c_mhd_address(connection))
        let peer = Peer(descriptor: c_mhd_descriptor(connection), address: address)
        slot.pointee = Unmanaged.passRetained(peer).toOpaque()
        server.opened(peer)
    } else if let taken = slot.pointee {
        slot.pointee = nil
        server.closed(Unmanaged<Peer>.fromOpaque(taken).takeRetainedValue())
    }
}

/// A request line has arrived; what is returned becomes the request's slot. The target is raw here, and only here.
let requested: c_mhd_requested = { context, target, connection in
    guard let context, let target, let connection, let peer = c_mhd_connection_slot(connection) else { return nil }
    let exchange = Exchange(
        connection, peer: Unmanaged<Peer>.fromOpaque(peer).takeUnretainedValue(), target: String(cString: target))
    Unmanaged<HTTPServer>.fromOpaque(context).takeUnretainedValue().began(exchange)
    return Unmanaged.passRetained(exchange).toOpaque()
}

/// Called when the headers are here, for each piece of the body, when the request is whole, and after a resume.
let access: MHD_AccessHandlerCallback = { context, _, _, method, version, bytes, count, slot in
    guard let context, let method, let version, let count, let taken = slot?.pointee else { return .NO }
    let server = Unmanaged<HTTPServer>.fromOpaque(context).takeUnretainedValue()
    let exchange = Unmanaged<Exchange>.fromOpaque(taken).takeUnretainedValue()
    let piece = UnsafeRawBufferPointer(start: bytes, count: bytes == nil ? 0 : count.pointee)
    count.pointee = 0
    if case .named = exchange.phase {
        return server.headArrived(exchange, String(cString: method), String(cString: version)) ? .YES : .NO
    }
    return server.advance(exchange, piece) ? .YES : .NO
}

/// The request has ended, in whatever way.
let completed: c_mhd_completed = { context, _, slot, _ in
    guard let context, let taken = slot?.pointee else { return }
    slot?.pointee = nil
    let exchange = Unmanaged<Exchange>.fromOpaque(taken).takeRetainedValue()
    Unmanaged<HTTPServer>.fromOpaque(context).takeUnretainedValue().ended(exchange)
}
