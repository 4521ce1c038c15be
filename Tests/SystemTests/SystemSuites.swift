import TestSupport
import Testing

/// Runs that keep both cores busy, one after the other.
@Suite(.serialized, .tags(.system), .timeLimit(.minutes(10)))
struct LongRuns {}

/// Runs that mostly wait, one after the other beside the long ones.
@Suite(.serialized, .tags(.system), .timeLimit(.minutes(10)))
struct ShortRuns {}
