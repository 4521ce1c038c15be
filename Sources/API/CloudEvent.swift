import Crypto
import HTTPServer
import JSONValue

/// A CloudEvent 1.0 as HTTP carries it: structured (the whole event is the body) or binary (attributes are `ce-` headers).
struct CloudEvent: Sendable, Hashable {
    var id: String
    var source: String
    var type: String
    var subject: String?
    /// JSON, or nil when the data is not JSON: then it is in ``bytes``.
    var data: JSON?
    var bytes: [UInt8]?

    /// `signed` says whether the sender's signature is what proves it. It covers the body alone, and not the attributes of
    /// binary mode: that mode is refused then.
    init(_ headers: HTTPFields, _ body: [UInt8], signed: Bool) throws(Problem) {
        let type = headers["Content-Type"]?.lowercased() ?? ""
        if type.hasPrefix("application/cloudevents-batch") {
            throw Problem(415, .unsupportedMediaType, "send events one by one: batches are not taken")
        }
        if type.hasPrefix("application/cloudevents") {
            self = try Self.structured(type, body)
        } else {
            guard !signed else {
                throw Problem(
                    401, .unauthorized, "a signature does not cover the attributes of binary mode: send it structured")
            }
            self = try Self.binary(headers, type, body)
        }
    }

    private init(
        id: String?, source: String?, type: String?, version: String?, subject: String?
    ) throws(Problem) {
        guard version == "1.0" else {
            throw Problem(400, .badRequest, "'specversion' must be 1.0: this is no CloudEvent that is understood")
        }
        func required(_ value: String?, _ name: String) throws(Problem) -> String {
            guard let value, (1...200).contains(value.utf8.count) else {
                throw Problem(400, .badRequest, "'\(name)' is required, and has 1 to 200 bytes")
            }
            return value
        }
        self.id = try required(id, "id")
        self.source = try required(source, "source")
        self.type = try required(type, "type")
        self.subject = subject
    }

    private static func structured(_ type: String, _ body: [UInt8]) throws(Problem) -> CloudEvent {
        guard type.hasPrefix("application/cloudevents+json") else {
            throw Problem(415, .unsupportedMediaType, "the only format of structured events is JSON")
        }
        let json: JSON
        do {
            json = try JSON.parse(body)
        } catch {
            throw Problem(400, .malformedJSON, "the body is not JSON that can be stored: \(error)")
        }
        guard json.object != nil else { throw Problem(400, .badRequest, "a CloudEvent is a JSON object") }
        var event = try CloudEvent(
            id: json["id"]?.string, source: json["source"]?.string, type: json["type"]?.string,
            version: json["specversion"]?.string, subject: json["subject"]?.string)
        if let text = json["data_base64"] {
            guard let bytes = text.string.flatMap({ Base64.decode($0[...]) }) else {
                throw Problem(400, .badRequest, "'data_base64' must be base64")
            }
            event.bytes = bytes
        } else {
            event.data = json["data"]
        }
        return event
    }

    private static func binary(_ headers: HTTPFields, _ type: String, _ body: [UInt8]) throws(Problem) -> CloudEvent {
        func attribute(_ name: String) throws(Problem) -> String? {
            guard let value = headers["ce-" + name] else { return nil }
            guard let text = decoded(value) else {
                throw Problem(400, .badRequest, "the header 'ce-\(name)' is not percent-encoded UTF-8")
            }
            return text
        }
        var event = try CloudEvent(
            id: try attribute("id"), source: try attribute("source"), type: try attribute("type"),
            version: try attribute("specversion"), subject: try attribute("subject"))
        let media = type.prefix { $0 != ";" && $0 != " " }
        guard media == "application/json" || media.hasSuffix("+json") else {
            event.bytes = body
            return event
        }
        do {
            event.data = body.isEmpty ? nil : try JSON.parse(body)
        } catch {
            throw Problem(400, .malformedJSON, "the body is not JSON that can be stored: \(error)")
        }
        return event
    }

    /// A quoted value is unquoted first (older senders), then everything is percent-decoded once (HTTP binding, section
    /// 3.1.3.2). Nil when the bytes are not UTF-8 in its shortest form.
    static func decoded(_ value: String) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(unquoted(value).utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = rest.prefix(2)
            guard digits.count == 2, let code = UInt8(String(decoding: digits, as: UTF8.self), radix: 16) else {
                return nil
            }
            bytes.append(code)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func unquoted(_ value: String) -> String {
        guard value.count >= 2, value.hasPrefix("\""), value.hasSuffix("\"") else { return value }
        var (text, isEscaped) = ("", false)
        for character in value.dropFirst().dropLast() {
            if character == "\\", !isEscaped {
                isEscaped = true
            } else {
                text.append(character)
                isEscaped = false
            }
        }
        return text
    }
}
