import HTTPClient
import JSONValue
import Store
import Testing

/// The document of the API says what the service does.
@Suite struct OpenAPITests {
    private struct Operation: Sendable {
        var method: String
        var path: String
        var operation: JSON
        var statuses: Set<String>
    }

    private static func operations(_ document: JSON) -> [Operation] {
        (document["paths"]?.object ?? [:]).flatMap { path, item in
            (item.object ?? [:]).map { method, operation in
                Operation(
                    method: method.uppercased(), path: path, operation: operation,
                    statuses: Set((operation["responses"]?.object ?? [:]).keys))
            }
        }
    }

    @Test func `each operation is answered as the document says, with its example as the body`() async throws {
        try await withService { edge in
            let document = try await edge.get("/openapi.json").json
            #expect(document["openapi"] == "3.1.1")
            let operations = Self.operations(document)
            #expect(operations.count >= 35)
            let post = try await edge.submit()
            for operation in operations {
                let path = operation.path.replacing("{id}", with: operation.path.contains("bulk") ? "1" : "\(post)")
                    .replacing("{scope}", with: "stage").replacing("{name}", with: "triage")
                    .replacing("{job}", with: "\(post)-1").replacing("{attempt}", with: "1")
                    .replacing("{endpoint}", with: "agent")
                let content = operation.operation["requestBody"]?["content"]?.object ?? [:]
                let media =
                    content.keys.contains("application/cloudevents+json")
                    ? "application/cloudevents+json" : "application/json"
                let body = content[media]?["example"]
                let answer = try await edge.send(
                    operation.method, path, body?.bytes() ?? [], contentType: media)
                let said = "\(operation.method) \(path): \(answer.status) \(answer.code ?? "")"
                #expect(!["unknown_route", "method_not_allowed"].contains(answer.code), "\(said)")
                #expect(operation.statuses.contains("\(answer.status)"), "\(said)")
                // An example is a request that is understood.
                #expect(![400, 415, 422].contains(answer.status) || body == nil, "\(said) \(answer.text)")
                #expect(answer.status < 500, "\(said)")
            }
        }
    }

    @Test func `every reference within the document leads somewhere, and names are used once`() async throws {
        try await withService { edge in
            let document = try await edge.get("/openapi.json").json
            var names: [String] = []
            func walk(_ json: JSON) {
                if let target = json["$ref"]?.string {
                    let place = target.split(separator: "/").dropFirst().reduce(document) { $0[String($1)] ?? .null }
                    #expect(!place.isNull, "\(target)")
                }
                if let name = json["operationId"]?.string { names.append(name) }
                for value in json.object?.map(\.value) ?? json.array ?? [] { walk(value) }
            }
            walk(document)
            #expect(Set(names).count == names.count && names.contains("report") && names.contains("start"))
            let callback = document["webhooks"]?["start"]?["post"]?["callbacks"]?["report"]?.object
            #expect(callback?.keys.contains("{$request.body#/callback/url}") == true)
        }
    }
}
