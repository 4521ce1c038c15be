internal import CTaskHook

/// Owns the jobs of Swift's tasks that its thread makes ready, and runs them one at a time in an order drawn from the
/// seed. Lives on the simulation's thread.
///
/// Each job belongs to a place (a node's process): that of the job which made it ready, or the one that the simulation
/// names. So a node can be stopped between any two steps of its tasks.
final class Scheduler {
    private var queues: [[UnsafeMutableRawPointer]] = [[]]
    private var isStopped: [Bool] = [false]
    /// The place that jobs made ready now belong to.
    private var current = 0
    private(set) var steps = 0

    func begin() {
        c_task_collect(
            { context, job in
                guard let context, let job else { return }
                Unmanaged<Scheduler>.fromOpaque(context).takeUnretainedValue().collect(job)
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    func end() { c_task_collect(nil, nil) }

    func addPlace() -> Int {
        queues.append([])
        isStopped.append(false)
        return queues.count - 1
    }

    var places: Int { queues.count }

    func stop(_ place: Int, _ isStopped: Bool) { self.isStopped[place] = isStopped }

    /// Runs a body whose tasks belong to a place.
    func within(_ place: Int, _ body: () -> Void) {
        let before = current
        current = place
        body()
        current = before
    }

    /// How many jobs of places that are not stopped are ready.
    var ready: Int {
        var count = 0
        for place in queues.indices where !isStopped[place] { count += queues[place].count }
        return count
    }

    /// Runs one of the ``ready`` jobs.
    func step(_ choice: Int) {
        var index = choice
        for place in queues.indices where !isStopped[place] {
            if index < queues[place].count { return run(place, index) }
            index -= queues[place].count
        }
    }

    /// Runs all jobs of one place, also of a stopped one, until none is left; false when they do not come to an end.
    func finish(_ place: Int, limit: Int = 100_000) -> Bool {
        var left = limit
        while let last = queues[place].indices.last, left > 0 {
            run(place, last)
            left -= 1
        }
        return left > 0
    }

    private func run(_ place: Int, _ index: Int) {
        let job = queues[place][index]
        queues[place].swapAt(index, queues[place].count - 1)
        queues[place].removeLast()
        steps += 1
        let before = current
        current = place
        c_task_run(job)
        current = before
    }

    private func collect(_ job: UnsafeMutableRawPointer) { queues[current].append(job) }
}
