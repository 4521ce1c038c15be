import ChartFormat
import ChartTools
import Foundation
import JSONValue
import Pipeline
import Reddit
import Service
import Store
import TestSupport
import Testing
import Upkeep

/// Posts that have ended are archived, purged, and not taken for new.
@Suite struct UpkeepTests {
    /// Nothing that has ended is kept.
    private static func settings(_ place: Place) -> [String] {
        ["retention.finished=0", "archive.folder=\(place.folder.file("archive"))"]
    }

    /// Ends a post by hand; its first job was accepted by then.
    private func end(_ post: PostID, _ edge: ServiceUnderTest) async throws -> CallbackAgent.Start {
        let start = try await edge.agent.starts.number(1, of: "start of \(post)") { $0.job == "\(post)-1" }
        _ = try await edge.accepted(start)
        let ended = try await edge.post("/v1/posts/\(post)/events", ["type": "cancel", "data": ["by": "ann"]])
        #expect(ended.status == 200)
        return start
    }

    /// A round of its own: the service's first one may be under way.
    private func round(_ edge: ServiceUnderTest) async throws -> UpkeepReport {
        while true {
            if let report = try await edge.service.upkeep.round() { return report }
        }
    }

    private func archive(_ place: Place) throws -> String {
        let folder = place.folder.file("archive")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        #expect(names.allSatisfy { $0.hasSuffix(".jsonl") })
        return try names.map { try String(contentsOfFile: folder + "/" + $0, encoding: .utf8) }.joined()
    }

    @Test(arguments: Backend.allCases)
    func `a finished post is archived and purged, and the archive replays`(_ backend: Backend) async throws {
        let place = try await Place(backend)
        try await withService(backend, in: place, settings: Self.settings(place)) { edge in
            let post = try await edge.submit()
            try await edge.submit(43)
            _ = try await edge.agent.starts.number(2, of: "start")
            _ = try await end(post, edge)
            let history = try await edge.store.history(post, after: 0, limit: 100)
            #expect(try await round(edge).purged == 1)
            #expect(try await edge.place.count("SELECT count(*) FROM posts") == 1)
            #expect(try await edge.place.count("SELECT count(*) FROM jobs WHERE post_id = 42") == 0)
            let text = try archive(place)
            let line = try JSON.parse(Array(text.utf8))
            #expect(line["submission"]?["title"] == "Study: 90% of plastic comes from 10 rivers")
            #expect(line["transitions"]?.array == history.map(\.json))
            let posts = try #require(try ArchivedHistory.read(text))
            let chart = try ChartLoader.current(edge.service.settings.values)
            let settings = edge.service.settings.pipeline.forCharts
            let replay = ArchiveReplay(posts, on: chart, settings: settings, anyChart: false)
            #expect(replay.agreeing == 1 && replay.parted.isEmpty)
        }
    }

    @Test(arguments: Backend.allCases)
    func `a purged post is gone, not unknown, whoever asks`(_ backend: Backend) async throws {
        let place = try await Place(backend)
        try await withService(backend, in: place, settings: Self.settings(place)) { edge in
            let post = try await edge.submit()
            let start = try await end(post, edge)
            _ = try await round(edge)
            let callback = try await edge.send(Callback(start, Callback.completed(Callback.triage)))
            #expect(callback.status == 410 && callback.code == "gone_job")
            for path in ["", "/history", "/results"] {
                let gone = try await edge.get("/v1/posts/42\(path)")
                #expect(gone.status == 410 && gone.code == "gone_post", "\(path)")
                #expect(try await edge.get("/v1/posts/44\(path)").status == 404)
            }
            #expect(try await edge.get("/v1/posts/42").json["purged_at"]?.string != nil)
            let again = try await edge.post("/v1/posts", ["id": 42, "title": "again", "community": "science"])
            #expect(again.status == 410)
            #expect(try await edge.place.count("SELECT count(*) FROM posts") == 0)
            // A scan that finds it still listed.
            let sink = EngineIngest(engine: edge.service.engine, store: edge.store)
            #expect(try await sink.existing([post, PostID(44)]) == [post])
        }
    }

    @Test(arguments: Backend.allCases)
    func `nothing is purged that could not be archived`(_ backend: Backend) async throws {
        let place = try await Place(backend)
        try place.folder.write("a file where a folder should be", to: "archive")
        try await withService(backend, in: place, settings: Self.settings(place)) { edge in
            _ = try await end(try await edge.submit(), edge)
            await #expect(throws: (any Error).self) { try await round(edge) }
            #expect(try await edge.place.count("SELECT count(*) FROM posts") == 1)
        }
    }

    @Test(arguments: Backend.allCases)
    func `a post that ended lately stays, and loses its texts when they are old`(_ backend: Backend) async throws {
        let place = try await Place(backend)
        let settings = ["retention.texts=0"]
        try await withService(backend, in: place, settings: settings) { edge in
            let living = try await edge.submit(43)
            let post = try await edge.submit()
            _ = try await end(post, edge)
            let report = try await round(edge)
            #expect(report.purged == 0)
            let shown = try await edge.get("/v1/posts/42")
            #expect(shown.json["submission"]?["title"] == "" && shown.json["submission"]?["texts_purged"] == true)
            #expect(try await edge.get("/posts/42").text.contains("The text was purged."))
            #expect(try await edge.store.submission(living)?.title.isEmpty == false)
        }
    }

    @Test(arguments: Backend.allCases)
    func `whoever hears that a submission was deleted has its texts removed`(_ backend: Backend) async throws {
        try await withService(backend) { edge in
            let post = try await edge.submit()
            _ = try await edge.accepted(try await edge.agent.starts.number(1, of: "start"))
            let removed = try await edge.send("DELETE", "/v1/posts/42/texts", [])
            #expect(removed.status == 200 && removed.json["had_texts"] == true)
            #expect(try await edge.store.submission(post)?.body == "")
            #expect(try await edge.send("DELETE", "/v1/posts/42/texts", []).json["had_texts"] == false)
            #expect(try await edge.send("DELETE", "/v1/posts/9/texts", []).status == 404)
            #expect(try await edge.place.count("SELECT count(*) FROM audit WHERE action = 'purge_texts'") == 2)
        }
    }

    @Test func `a file of the archive is never written over`() throws {
        let folder = try TemporaryFolder()
        let archive = try Archive(folder: folder.path, node: "a/b c", now: Timestamp(microseconds: 0))
        for _ in 0..<2 { try archive.finish(try archive.begin(PostID(7))) }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(names == ["1970-01-01-a_b_c-7.2.jsonl", "1970-01-01-a_b_c-7.jsonl"])
    }
}
