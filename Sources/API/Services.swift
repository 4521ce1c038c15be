import Crypto
import Engine
import JSONValue
import Logging
import Pipeline
import Store

/// What the routes work with.
package struct Services: Sendable {
    package let store: any Store
    package let engine: Engine
    package let desk: PostDesk
    package let callbackKeys: CallbackKeys
    package let silence: @Sendable (_ source: String) -> Duration
    /// Turns what an endpoint delivered into a job's end.
    package let readResult: ResultReader
    /// Finds what reading a callback's result takes, for many callbacks at once.
    let files: JobFiles
    let hints: Hints
    package let logger: Logger
    /// Facts for the status answers: version, node, mode, database.
    package let about: JSONObject

    /// Adds to a failure what its attempt has cost, where the endpoint said so.
    package let chargeFailure: @Sendable (JobFailure, JSONObject, JobRow) -> JobFailure

    package typealias ResultReader = @Sendable (JobFile, JSONObject) async throws -> Result<Completion, JobFailure>

    package init(
        store: any Store, engine: Engine, desk: PostDesk, callbackKeys: CallbackKeys,
        silence: @escaping @Sendable (_ source: String) -> Duration, readResult: @escaping ResultReader,
        chargeFailure: @escaping @Sendable (JobFailure, JSONObject, JobRow) -> JobFailure,
        files: JobFiles, hints: Hints, logger: Logger, about: JSONObject
    ) {
        self.store = store
        self.files = files
        self.hints = hints
        self.engine = engine
        self.desk = desk
        self.callbackKeys = callbackKeys
        self.silence = silence
        self.readResult = readResult
        self.chargeFailure = chargeFailure
        self.logger = logger
        self.about = about
    }
}
