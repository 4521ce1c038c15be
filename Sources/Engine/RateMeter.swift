import Store

/// An owner's share of an endpoint's rate: how many attempts may start now.
///
/// The generic cell rate algorithm (ITU-T I.371, annex A) with a small burst, its interval chosen so that no time of the
/// rate's length sees more starts than the rate allows. Tokens are drawn in blocks by a fenced write before they are used:
/// what is not drawn belongs to nobody yet, and what an owner leaves unused is lost with it. So nothing that a former
/// owner started is ever exceeded upon.
struct RateMeter: Sendable, Hashable {
    let rate: EndpointRate
    /// From one start to the next when they come evenly.
    let interval: Duration
    /// Starts that may come at once.
    let burst: Int
    /// The theoretical arrival time: when the tokens taken so far are all paid for. Nil before the first draw.
    private var paidAt: ContinuousClock.Instant?
    /// Up to here tokens are drawn.
    private var drawnUntil: ContinuousClock.Instant?

    init(_ rate: EndpointRate) {
        self.rate = rate
        let count = Int64(rate.count)
        let burst = max(1, (count * 100_000 + rate.microseconds - 1) / rate.microseconds)
        self.burst = Int(burst)
        // A start is seen a moment after it was decided, one sooner than the other: the length is taken a little longer.
        let length = rate.microseconds + min(rate.microseconds / 10, 1_000_000)
        let steps = count - burst + 1
        interval = .microseconds((length + steps - 1) / steps)
    }

    /// What one draw takes: about a second's worth, and what passes while it is written.
    private var block: Duration { max(interval * burst, .seconds(1)) + min(interval, .seconds(1)) }

    /// The longest time that an owner draws ahead; a stored moment beyond it comes from a clock that was set back.
    private var longest: Duration { block + interval * burst }

    /// Tokens that are drawn and conform at this moment.
    func tokens(at now: ContinuousClock.Instant) -> Int {
        guard let paidAt, let drawnUntil else { return 0 }
        let start = max(paidAt, now)
        let drawn = max(0, Int((drawnUntil - start) / interval))
        return min(conforming(at: now), drawn)
    }

    /// How many starts the rate itself would allow now.
    private func conforming(at now: ContinuousClock.Instant) -> Int {
        let ahead = paidAt.map { max(.zero, $0 - now) } ?? .zero
        let slack = interval * (burst - 1) - ahead
        return slack < .zero ? 0 : Int(slack / interval) + 1
    }

    /// An attempt starts.
    mutating func take(at now: ContinuousClock.Instant) {
        paidAt = max(paidAt ?? now, now) + interval
    }

    /// How far ahead of now to draw, when no token is at hand beside so many although the rate allows one.
    func draw(beside taken: Int, at now: ContinuousClock.Instant) -> Duration? {
        guard tokens(at: now) <= taken, conforming(at: now) > taken else { return nil }
        return max(.zero, (paidAt ?? now) - now) + block
    }

    /// A draw that began and ended at these moments was committed; `before` is how far ahead former draws had reached.
    mutating func drew(
        _ length: Duration, before: Duration, began: ContinuousClock.Instant, ended: ContinuousClock.Instant
    ) {
        if paidAt == nil { paidAt = ended + min(max(before, .zero), longest) }
        drawnUntil = max(drawnUntil ?? began, began + length)
    }

    /// When the next start conforms beside so many that are still to come; nil when one does now.
    func next(beside taken: Int = 0, after now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        guard conforming(at: now) <= taken else { return nil }
        return max(paidAt ?? now, now) + interval * (taken - burst + 1)
    }
}
