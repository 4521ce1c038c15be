import Foundation
import JSONValue

/// Finds the submissions in a folder of recorded exchanges.
enum RecordedPosts {
    static let maximumFiles = 10_000
    private static let limits = JSONLimits(depth: 200, bytes: 64 << 20)

    /// Each distinct `t3` thing in the bodies of `listing/*.json`, in the order of the file names.
    static func load(folder: String) throws -> [FakePost] {
        let listings = folder + "/listing"
        let names = try FileManager.default.contentsOfDirectory(atPath: listings)
            .filter { $0.hasSuffix(".json") }.sorted().prefix(maximumFiles)
        guard !names.isEmpty else { throw ControlError("no recorded listings in \(listings)") }
        var posts: [FakePost] = []
        var known: Set<String> = []
        for name in names {
            let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: listings + "/" + name)))
            let exchange: JSON
            do { exchange = try JSON.parse(bytes, limits: limits) } catch { throw ControlError("\(name): \(error)") }
            for post in submissions(in: exchange["body"] ?? .null) where known.insert(post.name).inserted {
                posts.append(post)
            }
        }
        return posts
    }

    /// The submissions anywhere in a value, found by their kind.
    static func submissions(in value: JSON) -> [FakePost] {
        switch value {
        case .array(let elements):
            return elements.flatMap(submissions)
        case .object(let object):
            let own = object["kind"]?.string == "t3" ? object["data"]?.object.flatMap(FakePost.init(data:)) : nil
            return (own.map { [$0] } ?? []) + object.flatMap { submissions(in: $0.value) }
        default:
            return []
        }
    }

    /// Gives the posts times in the present, in their own order: the newest half a spacing ago.
    static func redated(_ posts: [FakePost], epoch: Double, spacing: Double) -> [FakePost] {
        let sorted = posts.sorted { ($0.created, $0.name) < ($1.created, $1.name) }
        return sorted.enumerated().map { rank, post in
            var post = post
            post.created = (epoch - spacing * (Double(sorted.count - 1 - rank) + 0.5)).rounded()
            return post
        }
    }
}
