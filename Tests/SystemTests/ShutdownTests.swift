import Glibc
import JSONValue
import Store
import TestSupport
import Testing

extension ShortRuns {
    @Suite struct Shutdown {
        @Test(arguments: DatabaseKind.allCases)
        func `SIGTERM ends within ten seconds although a model is still answering, and the job goes on later`(
            _ kind: DatabaseKind
        ) async throws {
            let fault = ["--fault", "triage:no_answer:times=1"]
            let rig = try await Rig.make(kind, Rig.Plan(chats: [["--duration", "0.02"] + fault]))
            try await rig.explained {
                let service = try await rig.start()
                let post = try await Posts.submit(service, title: Posts.claim)
                try await eventually("the model is asked") { try await rig.chats[0].state["running"]?.int == 1 }
                try await service.stop()
                let detail = try await rig.database.read { try await $0.post(post) }
                #expect(detail?.row.state.status == "pending")
                #expect(detail?.jobs.map(\.phase) == [.waiting])
                let again = try await rig.start()
                try await Posts.untilEnded(again, count: 1)
                try await again.stop()
                let history = try await rig.database.read { try await $0.history(post, after: 0, limit: 100) }
                #expect(history.contains { $0.event == "job.returned" && $0.data["code"] == "drained" })
            }
        }

        @Test(arguments: DatabaseKind.allCases)
        func `a call that a kill cut off is made again at once by the next process of that name`(
            _ kind: DatabaseKind
        ) async throws {
            var plan = Rig.Plan(chats: [["--duration", "0.02", "--fault", "triage:no_answer:times=1"]])
            plan.settings["triage.timeout"] = "10m"
            plan.settings["triage.silence"] = "10m"
            let rig = try await Rig.make(kind, plan)
            try await rig.explained {
                let service = try await rig.start()
                _ = try await Posts.submit(service, title: Posts.claim)
                try await eventually("the model is asked") { try await rig.chats[0].state["running"]?.int == 1 }
                try await service.process.kill()
                let again = try await rig.start()
                try await Posts.untilEnded(again, count: 1, within: .seconds(20))
                try await again.stop()
            }
        }

        @Test func `a second signal does not make the end unclean`() async throws {
            let rig = try await Rig.make(.sqlite, Rig.Plan())
            try await rig.explained {
                let service = try await rig.start()
                service.process.signal(SIGTERM)
                service.process.signal(SIGINT)
                let exit = try await service.process.waitForExit(within: .seconds(10))
                #expect(exit == .code(0))
            }
        }
    }
}
