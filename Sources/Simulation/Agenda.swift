/// What happens at virtual moments to come: a heap by time, then by order of arrival.
struct Agenda {
    struct Entry {
        let at: Int64
        let order: Int
        /// False when it has become pointless: it is passed over, and time does not go on for it.
        let isNeeded: () -> Bool
        let action: () -> Void
    }

    private var heap: [Entry] = []
    private var count = 0

    mutating func add(at: Int64, isNeeded: @escaping () -> Bool = { true }, _ action: @escaping () -> Void) {
        count += 1
        heap.append(Entry(at: at, order: count, isNeeded: isNeeded, action: action))
        var child = heap.count - 1
        while child > 0, isEarlier(child, (child - 1) / 2) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// The earliest entry that is needed still.
    mutating func next() -> Entry? {
        while let first = heap.first {
            removeFirst()
            if first.isNeeded() { return first }
        }
        return nil
    }

    private mutating func removeFirst() {
        let last = heap.removeLast()
        guard !heap.isEmpty else { return }
        heap[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && isEarlier(child, least) {
                least = child
            }
            if least == parent { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }

    private func isEarlier(_ left: Int, _ right: Int) -> Bool {
        (heap[left].at, heap[left].order) < (heap[right].at, heap[right].order)
    }
}
