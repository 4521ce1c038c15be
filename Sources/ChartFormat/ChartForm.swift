import JSONValue

/// What may stand behind a key: enough for an editor to help. The reader checks more, and says more.
indirect enum ChartForm: Sendable {
    case text
    case boolean
    case any
    /// A mapping whose members are not the format's.
    case object
    /// A number of milliseconds, a duration or a name.
    case delay
    case constant(JSON)
    case choice([JSON])
    /// A mapping of the format.
    case place(ChartKeys.Name)
    /// A form that comes in several places, by its name.
    case shared(Shared)
    case list(ChartForm)
    case map(ChartForm)
    case either([ChartForm])

    enum Shared: String, Sendable, CaseIterable {
        case target, transitions, actions, action, `guard`, invocations, branches
    }

    static func oneOrMany(_ form: ChartForm) -> ChartForm { .either([form, .list(form)]) }
}

extension ChartForm.Shared {
    var form: ChartForm {
        switch self {
        case .target: .oneOrMany(.text)
        case .transitions: .oneOrMany(.either([.text, .place(.transition)]))
        case .actions: .oneOrMany(.shared(.action))
        case .action:
            .either([.text] + [.assign, .raise, .send, .cancel, .log, .effect].map { ChartForm.place($0) })
        case .guard: .either([.text, .place(.expression), .place(.namedGuard)])
        case .invocations: .oneOrMany(.place(.invocation))
        case .branches: .list(.place(.branch))
        }
    }
}

/// One key of a mapping: its name, what may stand behind it, and what it means.
struct ChartKey: Sendable {
    let name: String
    let form: ChartForm
    let note: String

    init(_ name: String, _ form: ChartForm, _ note: String) {
        self.name = name
        self.form = form
        self.note = note
    }
}
