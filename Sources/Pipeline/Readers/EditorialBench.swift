import JSONValue
import Texts

/// Code's own checks of a final body.
struct EditorialBench {
    private let research: ResearchFindings?
    private let triage: TriageResult?
    private let draft: DraftResponse?
    private let settings: PipelineSettings
    private let mark: CommentMark

    /// A body with what code found out about it.
    struct Checked {
        let body: String
        let rendering: Rendering?
        let checks: EditorialDecision.CodeChecks
    }

    /// Why an approval does not hold.
    struct Objection {
        let kind: String
        let note: String
        /// Whether the writer can mend it.
        let isMendable: Bool
    }

    init(work: StageWork, settings: PipelineSettings) {
        research = work.earlier.research
        triage = work.earlier.triage
        draft = work.earlier.draft
        mark = CommentMark(post: work.submission.id.rawValue)
        self.settings = settings
    }

    func check(_ raw: String) -> Checked {
        let body = HiddenCharacters.strip(raw).text
        let limit = settings.thresholds.replyCharacters
        let found = Set(BodyViolation.all(in: raw, quoted: research?.quotedSources ?? [], limit: limit))
        let rendering = Rendering(
            body: body, sources: research?.sources ?? [], mark: mark, footer: settings.posting.footer
        ).flatMap { $0.body.scalarCount <= Rendering.limit ? $0 : nil }
        let checks = EditorialDecision.CodeChecks(
            lengthOK: !found.contains(.tooLong) && rendering != nil && !body.isEmpty,
            citationsKnown: found.isDisjoint(with: [.unknownSource, .noCitation]),
            linksFromSourcesOnly: found.isDisjoint(with: [.rawURL, .html, .image, .hiddenCharacters]),
            noMentions: found.isDisjoint(with: [.subredditMention, .userMention]),
            disclosurePresent: rendering?.hasDisclosure ?? false, domainsAllowed: areDomainsAllowed(body),
            meaningKept: isMeaningKept(body))
        return Checked(body: body, rendering: rendering, checks: checks)
    }

    private func areDomainsAllowed(_ body: String) -> Bool {
        Citations.ids(in: body).allSatisfy { research?.source($0)?.tier.isReliable ?? false }
    }

    /// An editor mends, and does not write anew: most words are the draft's, and no number or citation is new.
    private func isMeaningKept(_ body: String) -> Bool {
        guard let draft else { return false }
        let before = WordBag(draft.body)
        let after = WordBag(body)
        let cited = Set(Citations.ids(in: draft.body))
        return Citations.ids(in: body).allSatisfy(cited.contains) && after.numbers.isSubset(of: before.numbers)
            && after.shareFound(in: before) >= 0.6 && before.shareFound(in: after) >= 0.4
    }

    func objections(to decision: EditorialDecision) -> [Objection] {
        ofChecks(decision.codeChecks) + ofJudgement(decision)
    }

    private func ofChecks(_ checks: EditorialDecision.CodeChecks) -> [Objection] {
        let rules: [(Bool, String, String, Bool)] = [
            (checks.lengthOK, "too_long", "The body is empty, too long, or could not be rendered.", true),
            (checks.citationsKnown, "wrong_citation", "A citation is missing, unknown or without a quote.", true),
            (checks.linksFromSourcesOnly, "formatting", "No links, HTML, images or hidden characters.", true),
            (checks.noMentions, "formatting", "Users and communities must not be mentioned.", true),
            (checks.disclosurePresent, "disclosure_missing", "The disclosure could not be added.", false),
            (checks.domainsAllowed, "domain_not_allowed", "A cited source may not be used.", false),
            (checks.meaningKept, "meaning_changed", "The edited text says something else than the draft.", false),
        ]
        return rules.filter { !$0.0 }.map { Objection(kind: $0.1, note: $0.2, isMendable: $0.3) }
    }

    private func ofJudgement(_ decision: EditorialDecision) -> [Objection] {
        let answers = decision.modelChecks.object ?? [:]
        let hasBlocker = decision.issues.contains { $0.severity == "blocker" && !$0.isFixed && $0.by == "model" }
        let isHostile =
            triage?.flags.contains(.instructionsInPost) == true
            || research?.flags.contains("instructions_in_sources") == true
        let rules: [(Bool, String, String)] = [
            (answers.contains { $0.value == .bool(false) }, "other", "The editor's own checklist has a no in it."),
            (hasBlocker, "other", "The editor named a blocker that is not mended."),
            (isHostile, "instructions_followed", "The post or a source speaks to models: a person has to read this."),
            (decision.confidence < settings.thresholds.approveConfidence, "other", "The editor is not sure enough."),
        ]
        guard decision.modelDecision == .approve else { return [] }
        return rules.filter(\.0).map { Objection(kind: $0.1, note: $0.2, isMendable: false) }
    }
}
