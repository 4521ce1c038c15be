/// A state with all that lies within it, laid out: places count from the state's own left upper corner.
struct StateLayout {
    struct Port: Hashable {
        var connection: Int
        var side: Passage.Side
    }

    var size: Size
    /// Left upper corners of the children.
    var items: [Int: Point] = [:]
    /// Where arrows cross the border, from the left.
    var ports: [Port: Double] = [:]
    /// Stretches of arrows, in the direction of travel.
    var routes: [Int: [Point]] = [:]
    /// Where labels begin, by connection.
    var labels: [Int: Point] = [:]
    /// The middle of the initial dot.
    var dot: Point?
    /// For a parallel state: where its regions are divided, from the left, and from where downwards.
    var dividers: [Double] = []
    var headerHeight = 0.0
}
