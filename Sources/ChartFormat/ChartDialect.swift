/// How a file is read.
package enum ChartDialect: Sendable, Hashable {
    /// The format of this service: everything is checked.
    case native
    /// A machine that was exported from XState or Stately Studio, to be drawn and explored. `chart: 1` is not needed,
    /// keys and names may be any texts, texts in the places of values are themselves, invocations need no timeout, and
    /// what the format refuses for being easy to get wrong has XState's meaning. Such a chart does not run posts.
    case xstate
}
