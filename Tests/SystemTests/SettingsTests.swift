import Foundation
import JSONValue
import TestSupport
import Testing

extension ShortRuns {
    @Suite struct Settings {
        @Test func `an unknown setting is refused by its name, wherever it stands`() async throws {
            let folder = try TemporaryFolder()
            let file = try folder.write("posting:\n  mood: auto\n", to: "unknown.yaml")
            let tries: [(arguments: [String], environment: [String: String], name: String)] = [
                (["--config", file], [:], "posting.mood"),
                ([], ["REJOINDER_POSTING_MOOD": "auto"], "REJOINDER_POSTING_MOOD"),
                (["--set", "posting.mood=auto"], [:], "posting.mood"),
                (["--set", "posting.mode=loud"], [:], "posting.mode"),
                (["--set", "reddit.password=hush"], [:], "reddit.password"),
            ]
            for (arguments, environment, name) in tries {
                let run = try await Command.run(
                    ["serve", "--port", "0"] + arguments, environment: environment, folder: folder.path)
                #expect(run.exit == .code(78), "\(arguments): \(run.errors)")
                #expect(run.errors.contains(name), "\(arguments): \(run.errors)")
                #expect(!run.errors.contains("hush"))
            }
            let atLine = try await Command.run(["serve", "--config", file], folder: folder.path)
            #expect(atLine.errors.contains("\(file):2"))
        }

        @Test func `without any settings it is SQLite in the data folder, this machine only, and nothing is posted`()
            async throws
        {
            let folder = try TemporaryFolder()
            // The port alone is given: another program may have the usual one.
            let service = try await ServiceProcess.start(["--port", "0"], environment: [:], folder: folder.path)
            #expect(service.url.hasPrefix("http://127.0.0.1:"))
            let status = try await service.status
            #expect(status["posting_mode"] == "dry_run")
            #expect(FileManager.default.fileExists(atPath: folder.file("rejoinder-data/rejoinder.sqlite")))
            try await Self.checkLogs(service)
            try await service.stop()
        }

        /// Standard error is a pipe here: every line is a JSON object.
        private static func checkLogs(_ service: ServiceProcess) async throws {
            try await service.process.errors.line { _ in true }
            for line in service.process.errors.lines {
                let object = try? JSON.parse(Array(line.utf8))
                #expect(object?["level"]?.string != nil && object?["message"]?.string != nil, "\(line)")
            }
        }

        @Test func `an address that others reach needs keys`() async throws {
            let folder = try TemporaryFolder()
            let run = try await Command.run(
                ["serve", "--port", "0", "--set", "listen.address=0.0.0.0"], folder: folder.path)
            #expect(run.exit == .code(78))
            #expect(run.errors.contains("listen.address"))
        }

        @Test func `a taken port and a second server on the same file are told apart`() async throws {
            let folder = try TemporaryFolder()
            let service = try await ServiceProcess.start(["--port", "0"], environment: [:], folder: folder.path)
            let port = service.url.split(separator: ":").last.map(String.init) ?? ""
            let other = try TemporaryFolder()
            let taken = try await Command.run(["serve", "--port", port], folder: other.path)
            #expect(taken.exit == .code(78), "\(taken.errors)")
            #expect(taken.errors.contains(port) && taken.errors.contains("--port"), "\(taken.errors)")
            let second = try await Command.run(["serve", "--port", "0"], folder: folder.path)
            #expect(second.exit == .code(2), "\(second.errors)")
            #expect(second.errors.contains("rejoinder.sqlite"), "\(second.errors)")
            try await service.stop()
        }

        @Test(arguments: DatabaseKind.allCases)
        func `no secret is in a log, a page, an answer or the history`(_ kind: DatabaseKind) async throws {
            let reddit = ["--made-up", "12", "--fault", "comment:500_after_acting:times=1"]
            var plan = Rig.Plan(reddit: reddit)
            plan.settings["log.level"] = "debug"
            let rig = try await Rig.make(kind, plan)
            try await rig.explained {
                let service = try await rig.start()
                try await Posts.untilEnded(service, count: 12)
                let texts = try await Self.everything(service)
                try await service.stop()
                let password = URLComponents(string: rig.database.setting)?.password
                let secrets = rig.secrets.all + [password].compactMap { $0 }
                let logs = service.process.errors.text + service.process.output.text
                for (place, text) in texts + [("the log", logs)] {
                    for secret in secrets where text.contains(secret) {
                        Issue.record("\(place) has the secret \(secret.prefix(6))…")
                    }
                }
            }
        }

        private static func everything(_ service: ServiceProcess) async throws -> [(String, String)] {
            let posts = try await JSONClient.get(service.url + "/v1/posts")["posts"]?.array ?? []
            let ids = posts.compactMap { $0["id"]?.string }
            #expect(ids.count == 12)
            let paths =
                ["/", "/v1/posts", "/queue/status", "/v1/endpoints", "/metrics"]
                + ids.flatMap {
                    ["/posts/\($0)", "/v1/posts/\($0)", "/v1/posts/\($0)/history", "/v1/posts/\($0)/results"]
                }
            var texts: [(String, String)] = []
            for path in paths {
                let answer = try await JSONClient.ask("GET", service.url + path)
                #expect(answer.status == 200, "\(path): \(answer.status) \(answer.text.prefix(200))")
                texts.append((path, answer.text))
            }
            return texts
        }
    }
}
