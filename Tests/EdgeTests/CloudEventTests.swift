import HTTPServer
import JSONValue
import Store
import TestSupport
import Testing

@testable import API

/// CloudEvents as triggers from outside.
@Suite struct CloudEventTests {
    @Test(.readsSharedData("cloudevents/vectors.json"), .tags(.sharedData))
    func `every vector of the HTTP binding gets its verdict`() throws {
        let vectors = try #require(JSON.parse(SharedData.bytes("cloudevents/vectors.json"))["vectors"]?.array)
        #expect(vectors.count >= 9)
        for vector in vectors {
            let name = vector["name"]?.string ?? ""
            let fields = (vector["headers"]?.object ?? [:]).map { ($0.key, $0.value.string ?? "") }
            let body = Array((vector["body"]?.string ?? "").utf8)
            let expected = vector["expect"]?.string ?? ""
            do {
                let event = try CloudEvent(HTTPFields(fields), body, signed: false)
                #expect(expected == "accept", "\(name)")
                #expect(event.id == vector["event"]?["id"]?.string, "\(name)")
                #expect(event.subject == vector["event"]?["subject"]?.string, "\(name)")
                #expect(event.data == vector["event"]?["data"], "\(name)")
                #expect((event.bytes == nil) == (vector["event"]?["data_base64"] == nil), "\(name)")
            } catch {
                #expect(expected == "reject \(error.status)", "\(name)")
            }
            let isBinary = vector["mode"]?.string == "binary"
            guard isBinary else { continue }
            #expect(throws: Problem.self, "\(name) with a signature") {
                try CloudEvent(HTTPFields(fields), body, signed: true)
            }
        }
    }

    @Test func `an event triggers its post's transition once, in both modes`() async throws {
        try await withService { edge in
            let post = try await edge.submit()
            let structured: JSON = [
                "specversion": "1.0", "id": "e-1", "source": "/tests", "type": "cancel", "subject": .string("\(post)"),
                "data": ["by": "anna"],
            ]
            func send(_ body: JSON, _ type: String = "application/cloudevents+json", _ more: [(String, String)] = [])
                async throws -> Int
            {
                try await edge.send("POST", "/v1/events", body.bytes(), headers: more, contentType: type).status
            }
            #expect(try await send(["specversion": "1.0", "id": "e-0", "source": "/s", "type": "cancel"]) == 422)
            #expect(try await send(structured, "application/cloudevents-batch+json") == 415)
            #expect(try await send(structured) == 200)
            #expect(try await send(structured) == 200, "sent again it is answered as before")
            var other = structured.object ?? [:]
            other["data"] = ["by": "otto"]
            #expect(try await send(.object(other)) == 409)
            let cancels = try await edge.store.history(post, after: 0, limit: 100).filter { $0.event == "cancel" }
            #expect(cancels.count == 1)

            let second = try await edge.submit(43)
            let binary = [
                ("ce-specversion", "1.0"), ("ce-id", "e-1"), ("ce-source", "/others"), ("ce-type", "cancel"),
                ("ce-subject", "t3_" + String(second.rawValue, radix: 36)),
            ]
            #expect(try await send(["by": "anna"], "application/json", binary) == 200)
            let signed = binary + [("webhook-signature", "v1,AAAA")]
            #expect(try await send(["by": "anna"], "application/json", signed) == 401)
        }
    }
}
