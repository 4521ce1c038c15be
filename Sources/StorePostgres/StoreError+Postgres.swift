import Postgres
import Store

extension StoreError {
    /// What an error of Postgres means for the caller.
    init(_ error: any Error) {
        switch error {
        case let error as StoreError: self = error
        case let error as PostgresError: self.init(error)
        default: self.init(.unavailable, "\(error)")
        }
    }

    /// A read changes nothing, so losing its answer is no doubt.
    init(reading error: any Error) {
        let found = StoreError(error)
        self = found.code == .inDoubt ? StoreError(.unavailable, subject: found.subject, found.message) : found
    }

    /// The message never has the server's detail: that may quote a row, and so a post's text.
    private init(_ error: PostgresError) {
        switch error.code {
        case .unavailable: self.init(.unavailable, error.description)
        case .inDoubt: self.init(.inDoubt, error.description)
        case .stopped: self.init(.closed, "the store is closed")
        case .decode: self.init(.corruptRow, error.description)
        case .badParameter: self.init(.refusedData, error.description)
        case .sqlState("RJ001"): self.init(.staleLease, subject: error.detail ?? "", error.message)
        // No partition takes the row: a check of ours would have a name.
        case .sqlState("23514") where error.constraint == nil:
            self.init(.contention, subject: Self.noPartition, error.description)
        case .sqlState(let state):
            self.init(Self.code(of: state), subject: error.constraint ?? "", error.description)
        }
    }

    /// The subject of the error of a write that came before its partition.
    static let noPartition = "partition"

    private static func code(of state: String) -> Code {
        switch state {
        // A lock or statement took too long, a deadlock was broken, a snapshot was too old.
        case "40001", "40P01", "55P03", "57014": return .contention
        default: break
        }
        switch state.prefix(2) {
        // Data, constraints, and what is too large or too deep.
        case "22", "23", "54": return .refusedData
        // Missing tables, columns, functions.
        case "42", "3F": return .incompatible
        // Connections, shutdown, resources, a standby that cannot write, and all that is not ours.
        default: return .unavailable
        }
    }
}
