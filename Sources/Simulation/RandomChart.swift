/// Writes a random chart: a chain of stages of several kinds, with branches and loops that are bounded, so that every
/// post comes to an end if everybody does their part.
struct RandomChart {
    private var dice: Dice
    private(set) var text = ""
    private var stage = 0

    init(_ index: Int) {
        dice = Dice(seed: UInt64(index) &* 7919)
        let count = dice.within(1...4)
        text = Self.head(index)
        for number in 1...count { add(number, next: number == count ? "done" : "s\(number + 1)") }
        text += """
              done: {type: final, meta: {stage: closed, status: settled}}
              cancelled: {type: final, meta: {stage: closed, status: cancelled}}

            """
    }

    private static func head(_ index: Int) -> String {
        """
        chart: 1
        id: random\(index)
        schemas:
          context:
            type: object
            required: [retries, pokes, rounds, zero]
            properties:
              retries: {type: integer}
              pokes: {type: integer}
              rounds: {type: integer}
              zero: {type: integer}
          events:
            poke: {type: object, properties: {}}
            tell: {type: object, properties: {}}
            later: {type: object, properties: {}}
            approve: {type: object, properties: {}}
            retry: {type: object, properties: {}}
            break: {type: object, properties: {}}
            loop: {type: object, properties: {}}
            cancel: {type: object, properties: {}}
        context: {retries: 0, pokes: 0, rounds: 0, zero: 0}
        initial: s1
        on:
          cancel: "#cancelled"
          poke: {context: {pokes: context.pokes + 1}}
          tell: {actions: {type: tell, params: {offset: context.pokes}}}
          later: {actions: {type: raise, event: poked, delay: PT2S, id: later}}
          poked: {context: {pokes: context.pokes + 10}}
          break: {guard: "1 / context.zero > 0", target: "#done"}
          loop: {actions: {type: raise, event: loop}}
        states:

        """
    }

    private mutating func add(_ number: Int, next: String) {
        let name = "s\(number)"
        switch dice.weighted([45, 15, 12, 18, 10]) {
        case 0: text += job(name, indent: 2, next: "\"#\(next)\"", isNested: false)
        case 1: text += pause(name, next)
        case 2: text += person(name, next)
        case 3: text += both(name, next)
        default: text += round(name, next, back: number > 1 ? "s\(number - 1)" : name)
        }
    }

    /// A stage of the pipeline in small: working, retrying, failed.
    private mutating func job(_ name: String, indent: Int, next: String, isNested: Bool) -> String {
        let source = dice.pick(["triage", "research", "response", "editorial", "engagement"])
        let retries = dice.within(1...3)
        let done =
            isNested
            ? "{target: \(name)_over}" : "{guard: \"context.rounds < 100\", context: {retries: 0}, target: \(next)}"
        let end = isNested ? "        \(name)_over: {type: final}\n" : ""
        let body = """
            \(name):
              initial: \(name)_working
              states:
                \(name)_working:
                  initial: \(name)_pending
                  invoke:
                    id: \(name)_job
                    src: \(source)
                    timeout: \(source).timeout
                    onDone: [\(done)]
                    onError:
                      - guard: "event.retryable && context.retries < \(retries)"
                        context: {retries: context.retries + 1}
                        target: \(name)_retrying
                      - {target: \(name)_failed}
                  states:
                    \(name)_pending: {meta: {stage: triage, status: pending}, on: {job.assigned: \(name)_processing}}
                    \(name)_processing: {meta: {stage: triage, status: processing}, on: {job.returned: \(name)_pending}}
                \(name)_retrying: {meta: {stage: triage, status: retrying}, after: {\(source).backoff: \(name)_working}}
                \(name)_failed:
                  meta: {stage: triage, status: failed, waiting: person}
                  on: {retry: {target: \(name)_working, context: {retries: 0}}}

            """
        return (body + end.dropFirst(4)).indented(indent)
    }

    private mutating func pause(_ name: String, _ next: String) -> String {
        let seconds = dice.within(1...6)
        let again = dice.chance(30) ? ", target: \(name), reenter: true" : ""
        return """
              \(name):
                meta: {stage: triage, status: retrying}
                after: {PT\(seconds)S: "#\(next)"}
                on: {poke: {context: {pokes: context.pokes + 1}\(again)}}

            """
    }

    private mutating func person(_ name: String, _ next: String) -> String {
        """
          \(name):
            meta: {stage: review, status: waiting, waiting: person}
            on: {approve: "#\(next)"}
            after: {review.expiry: "#\(next)"}

        """
    }

    /// Two regions at once: each with work of its own.
    private mutating func both(_ name: String, _ next: String) -> String {
        let seconds = dice.within(1...5)
        return """
              \(name):
                type: parallel
                onDone: "#\(next)"
                states:
            \(job("\(name)a", indent: 6, next: "", isNested: true))      \(name)b:
                    initial: \(name)b_wait
                    states:
                      \(name)b_wait: {meta: {stage: triage, status: processing}, after: {PT\(seconds)S: \(name)b_over}}
                      \(name)b_over: {type: final}

            """
    }

    /// Goes back once or twice, and calls its neighbour when it is left.
    private mutating func round(_ name: String, _ next: String, back: String) -> String {
        let rounds = dice.within(1...2)
        let target = "target: \"#\(back)\"" + (back == name ? ", reenter: true" : "")
        return """
              \(name):
                meta: {stage: triage, status: retrying}
                exit: {type: tell, params: {offset: context.rounds}}
                after:
                  PT1S:
                    - {guard: "context.rounds < \(rounds)", context: {rounds: context.rounds + 1}, \(target)}
                    - {target: "#\(next)"}

            """
    }
}

extension String {
    fileprivate func indented(_ columns: Int) -> String {
        let space = String(repeating: " ", count: columns)
        return split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.isEmpty ? "" : space + $0 }.joined(separator: "\n")
    }
}
