/// A port of 127.0.0.1 that nobody listens on. Another process may take it first: prefer to bind port 0 and ask.
package func freePort() throws -> UInt16 { try LoopbackSocket.bound().port }
