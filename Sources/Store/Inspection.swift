import JSONValue

/// The health of a database as rows and numbers; `doctor` puts it into words.
package struct Inspection: Sendable, Hashable {
    /// Rows of a hot table that no foreign key guards: how many lack their counterpart, and one of them.
    package struct Stray: Sendable, Hashable {
        package enum Kind: String, Sendable, Hashable, CaseIterable {
            /// Rows of `jobs`, `timers`, `inbox` or `comments` whose post does not exist.
            case job, timer, event, comment
            /// Live jobs or timers of a post that has ended.
            case jobOfEnded, timerOfEnded
            /// Running jobs at an endpoint that is not in the table.
            case jobOfUnknownEndpoint
        }

        package var kind: Kind
        package var count: Int
        package var sample: PostID

        package init(kind: Kind, count: Int, sample: PostID) {
            self.kind = kind
            self.count = count
            self.sample = sample
        }
    }

    package struct Partition: Sendable, Hashable {
        package var table: String
        package var name: String
        package var starts: Timestamp
        package var ends: Timestamp

        package init(table: String, name: String, starts: Timestamp, ends: Timestamp) {
            self.table = table
            self.name = name
            self.starts = starts
            self.ends = ends
        }
    }

    /// An endpoint with its lease.
    package struct Ownership: Sendable, Hashable {
        package var endpoint: String
        package var owner: String?
        package var leaseUntil: Timestamp?

        package init(endpoint: String, owner: String?, leaseUntil: Timestamp?) {
            self.endpoint = endpoint
            self.owner = owner
            self.leaseUntil = leaseUntil
        }
    }

    /// Jobs of one source that wait for an endpoint.
    package struct Backlog: Sendable, Hashable {
        package var source: String
        package var waiting: Int
        package var oldest: Timestamp?

        package init(source: String, waiting: Int, oldest: Timestamp?) {
            self.source = source
            self.waiting = waiting
            self.oldest = oldest
        }
    }

    package var at: Timestamp
    package var strays: [Stray] = []
    /// Nil where the store has no partitions.
    package var partitions: [Partition]?
    package var owners: [Ownership] = []
    /// When each node was last heard of.
    package var nodes: [String: Timestamp] = [:]
    package var backlogs: [Backlog] = []
    /// Bytes on disk by table; of the whole file where tables are not told apart.
    package var bytes: [String: Int64] = [:]

    package init(at: Timestamp) { self.at = at }
}
