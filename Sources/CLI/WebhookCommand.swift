import ArgumentParser
import Crypto
import Foundation

/// Webhooks that the service sends, and signatures by hand.
struct WebhookCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "webhook", abstract: "Outgoing webhooks; signs and verifies (Standard Webhooks) by hand.",
        subcommands: [SubscriptionsCommand.self, Sign.self, Verify.self])

    struct Common: ParsableArguments {
        @Option(help: "The secret, whsec_….")
        var secret: String
        @Option(help: "The header webhook-id.")
        var id: String
        @Option(help: "The header webhook-timestamp, Unix seconds.")
        var timestamp: String

        func key() throws -> WebhookSecret {
            guard let key = WebhookSecret(secret) else { throw ValidationError("the secret is no whsec_<base64>") }
            return key
        }

        var body: [UInt8] { Array(FileHandle.standardInput.readDataToEndOfFile()) }
    }

    struct Sign: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Prints the signature of the body on standard input.")
        @OptionGroup var common: Common

        func run() throws {
            guard let seconds = Int64(common.timestamp) else { throw ValidationError("the timestamp is no number") }
            let key = try common.key()
            Terminal.say(WebhookSignature.sign(id: common.id, timestamp: seconds, body: common.body, secret: key))
        }
    }

    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Verifies the body on standard input; prints ok or the reason, exits with 0 or 1.")
        @OptionGroup var common: Common
        @Option(help: "The header webhook-signature.")
        var signature: String
        @Option(help: "The present, Unix seconds; the clock's if absent.")
        var now: Int64?

        func run() throws {
            let key = try common.key()
            do {
                try WebhookSignature.verify(
                    id: common.id, timestamp: common.timestamp, signatures: signature, body: common.body,
                    secrets: [key], now: now ?? Int64(Date().timeIntervalSince1970))
                Terminal.say("ok")
            } catch {
                Terminal.say(error.rawValue)
                throw Exit.no
            }
        }
    }
}
