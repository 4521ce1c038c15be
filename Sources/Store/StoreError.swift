/// Why the store did not do what it was asked.
package struct StoreError: Error, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable, Hashable {
        /// The database cannot be reached; nothing was written.
        case unavailable
        /// The connection broke while COMMIT was under way: ask ``Store/winners(of:posts:)``.
        case inDoubt
        /// A fence's lease is no longer held; nothing was written. ``StoreError/subject`` names the endpoint.
        case staleLease
        /// The database refuses a value or a constraint; nothing was written. Splitting the batch isolates the culprit.
        case refusedData
        /// A lock or statement took longer than its limit, or a deadlock was broken; nothing was written, try again.
        case contention
        /// A stored row cannot be read as what it should be.
        case corruptRow
        /// The schema is newer or older than this binary, or another server holds the SQLite file.
        case incompatible
        /// The store is closing.
        case closed
    }

    package let code: Code
    package let subject: String
    package let message: String

    package init(_ code: Code, subject: String = "", _ message: String) {
        self.code = code
        self.subject = subject
        self.message = message
    }

    package var description: String { message }
}
