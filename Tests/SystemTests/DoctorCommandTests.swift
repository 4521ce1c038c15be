import JSONValue
import TestSupport
import Testing

extension ShortRuns {
    /// The doctor as operators and their scripts call it.
    @Suite struct DoctorCommandTests {
        @Test(arguments: DatabaseKind.allCases)
        func `the doctor says what is wrong and leaves with 1, with 0 when nothing is`(
            _ kind: DatabaseKind
        ) async throws {
            let rig = try await Rig.make(kind, Rig.Plan(chats: []))
            try await rig.explained {
                let service = try await rig.start()
                let call = ["doctor", "--server", service.url]
                let healthy = try await Command.run(call, folder: rig.folder.path)
                #expect(healthy.exit == .code(0), "\(healthy.output)\(healthy.errors)")
                #expect(healthy.output.contains("healthy: nobody is stuck"))
                try await JSONClient.ask("POST", service.url + "/v1/posts", ["title": "90% of plastic", "id": 42])
                let sick = try await Command.run(call, folder: rig.folder.path)
                #expect(sick.exit == .code(1))
                #expect(
                    sick.output.contains("jobs wait for 'triage'")
                        && sick.output.contains("no endpoint can do 'triage'"))
                #expect(sick.output.contains("mend: name an endpoint with the capability 'triage'"))
                let json = try await Command.run(call + ["--json"], folder: rig.folder.path)
                #expect(try JSON.parse(Array(json.output.utf8))["findings"]?[0]?["code"] == "no_endpoint")
                let shown = try await Command.run(
                    ["posts", "show", "42", "--server", service.url], folder: rig.folder.path)
                #expect(shown.output.contains("waits for: a free endpoint that can do 'triage'"))
                try await service.stop()
                let away = try await Command.run(call, folder: rig.folder.path)
                #expect(away.exit == .code(2))
            }
        }
    }
}
