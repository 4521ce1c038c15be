import ChartFormat
import JSONValue
import Statechart

/// Five jobs, one after the other: what a post is when nothing but its durable stages counts.
enum StagesChart {
    static let stages = ["triage", "research", "response", "editorial", "post"]

    static let text = """
        chart: 1
        id: stages
        initial: triage
        states:
          triage:
            meta: {stage: triage, status: processing}
            invoke: {src: triage, timeout: PT600S, onDone: research, onError: failed}
          research:
            meta: {stage: research, status: processing}
            invoke: {src: research, timeout: PT600S, onDone: response, onError: failed}
          response:
            meta: {stage: response, status: processing}
            invoke: {src: response, timeout: PT600S, onDone: editorial, onError: failed}
          editorial:
            meta: {stage: editorial, status: processing}
            invoke: {src: editorial, timeout: PT600S, onDone: post, onError: failed}
          post:
            meta: {stage: post, status: processing}
            invoke: {src: post, timeout: PT600S, onDone: done, onError: failed}
          failed: {meta: {stage: closed, status: failed, waiting: person}}
          done: {type: final, meta: {stage: closed, status: settled}}
        """

    static func read() throws -> Chart {
        let facts: JSON = ["type": "object", "properties": ["verdict": ["type": "string"]]]
        let jobs = Dictionary(uniqueKeysWithValues: stages.map { ($0, facts) })
        return try ChartReader.read(text: text, file: "stages.yaml", vocabulary: ChartVocabulary(jobs: jobs))
    }
}
