/// Why a submission is left alone. It is ingested all the same, with the reason in its context, so that it has a
/// history.
package enum SkipReason: String, Sendable, Hashable, CaseIterable {
    // In the order in which the rules are asked.
    case removed
    case deletedAuthor = "deleted_author"
    case ownPost = "own_post"
    case locked, archived, quarantined
    case notPublic = "not_public"
    case over18 = "over_18"
    case stickied, distinguished, bot
    case linkWithoutText = "link_without_text"
}

/// Which submissions are left alone. Data: each rule can be read, and none asks anything but the submission.
package struct SkipRules: Sendable {
    /// Accounts of ours.
    package var ownAccounts: [String] = []
    /// Links make claims too, in their titles; so they are kept unless this is set.
    package var skipsLinksWithoutText = false
    /// Accounts that are known to be machines, besides those whose name ends in "bot".
    package var botNames: [String] = ["AutoModerator"]

    package init(ownAccounts: [String] = []) { self.ownAccounts = ownAccounts }

    /// The first rule that applies.
    package func reason(_ thing: SubmissionThing) -> SkipReason? {
        SkipReason.allCases.first { applies($0, to: thing) }
    }

    private func applies(_ reason: SkipReason, to thing: SubmissionThing) -> Bool {
        switch reason {
        case .removed: thing.isGone
        case .locked: thing.isLocked
        case .archived: thing.isArchived
        case .quarantined: thing.isQuarantined
        case .stickied: thing.isStickied
        case .distinguished: thing.isDistinguished
        case .bot: isBot(thing.submission.author ?? "")
        case .over18: thing.isOver18
        case .notPublic: thing.communityType.map { $0 != "public" } ?? false
        case .deletedAuthor: thing.submission.author == nil
        case .ownPost: isOne(of: ownAccounts, thing.submission.author ?? "")
        case .linkWithoutText: skipsLinksWithoutText && !thing.isText && thing.submission.body.isEmpty
        }
    }

    private func isBot(_ author: String) -> Bool {
        isOne(of: botNames, author) || author.lowercased().hasSuffix("bot")
    }

    private func isOne(of names: [String], _ author: String) -> Bool {
        !author.isEmpty && names.contains { $0.lowercased() == author.lowercased() }
    }
}
