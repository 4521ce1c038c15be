import GRDB
import Store

extension StoreError {
    /// What an error of SQLite means for the caller. SQLite has rolled the transaction back.
    init(_ error: any Error, path: String) {
        if let error = error as? StoreError {
            self = error
            return
        }
        guard let error = error as? DatabaseError else {
            self.init(.unavailable, subject: path, "\(path): \(error)")
            return
        }
        self.init(Self.code(error.resultCode), subject: path, Self.message(error, path: path))
    }

    /// The error of a COMMIT. After an I/O error the transaction's pages may or may not be in the log.
    init(commit error: any Error, path: String) {
        guard let error = error as? DatabaseError, error.resultCode == .SQLITE_IOERR else {
            self.init(error, path: path)
            return
        }
        self.init(.inDoubt, subject: path, Self.message(error, path: path))
    }

    private static func code(_ code: ResultCode) -> Code {
        switch code {
        case .SQLITE_CONSTRAINT, .SQLITE_MISMATCH, .SQLITE_TOOBIG, .SQLITE_RANGE: .refusedData
        case .SQLITE_BUSY, .SQLITE_LOCKED: .contention
        case .SQLITE_CORRUPT: .corruptRow
        // A missing table or column: the schema is not this binary's. Not a database: neither.
        case .SQLITE_ERROR, .SQLITE_NOTADB, .SQLITE_SCHEMA: .incompatible
        default: .unavailable
        }
    }

    /// Never with the statement's values: they may be a post's text.
    private static func message(_ error: DatabaseError, path: String) -> String {
        "\(path): \(error.message ?? "no message") (SQLite error \(error.extendedResultCode.rawValue))"
    }
}
