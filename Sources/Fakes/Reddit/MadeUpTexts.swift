import Oracles

/// The sentences from which made-up posts are put together.
enum MadeUpTexts {
    struct Draft: Equatable {
        let community: String
        let title: String
        let text: String
    }

    static let authors = ["quiet_heron", "tram_stop", "northern_oak", "salt_and_paper", "last_bus", "window_cat"]

    /// Six in ten hold a claim that can be checked; the others are opinions, questions, stories and jokes.
    static func draft(_ numbers: inout SeededNumbers) -> Draft {
        switch numbers.next() % 20 {
        case 0..<12: claim(&numbers)
        case 12..<14: plain(opinions, &numbers)
        case 14..<17: plain(questions, &numbers)
        case 17..<19: plain(stories, &numbers)
        default: plain(jokes, &numbers)
        }
    }

    private static func plain(_ drafts: [Draft], _ numbers: inout SeededNumbers) -> Draft {
        let draft = numbers.pick(drafts)
        let place = numbers.pick(places)
        return Draft(
            community: draft.community, title: draft.title.replacing("{place}", with: place),
            text: draft.text.replacing("{place}", with: place))
    }

    private static func claim(_ numbers: inout SeededNumbers) -> Draft {
        let (community, form) = numbers.pick(claims)
        let title = filled(form, &numbers)
        let bodies = ["", "", filled(numbers.pick(supports), &numbers)]
        return Draft(community: community, title: title, text: numbers.pick(bodies))
    }

    private static func filled(_ form: String, _ numbers: inout SeededNumbers) -> String {
        form.replacing("{percent}", with: "\(numbers.next() % 93 + 4)%")
            .replacing("{number}", with: "\(numbers.next() % 48 + 2)")
            .replacing("{thousands}", with: "\(numbers.next() % 900 + 12),000")
            .replacing("{millions}", with: "\(Double(numbers.next() % 900 + 11) / 10) million")
            .replacing("{year}", with: "\(1931 + numbers.next() % 94)")
            .replacing("{place}", with: numbers.pick(places))
            .replacing("{food}", with: numbers.pick(foods))
    }

    private static let places = [
        "Norway", "Portugal", "Ohio", "Kenya", "South Korea", "Queensland", "Chile", "Scotland", "Manitoba", "Vietnam",
    ]
    private static let foods = ["green tea", "oat milk", "raw garlic", "dark chocolate", "tinned fish", "honey"]

    private static let claims: [(String, String)] = [
        ("science", "Study finds that {percent} of all coral reefs near {place} have died since {year}"),
        ("todayilearned", "TIL that {place} produced {percent} of the world's paper in {year}"),
        (
            "health",
            "Drinking {food} every day lowers the risk of a heart attack by {percent}, according to a new study"
        ),
        (
            "technology",
            "Data centres in {place} used {millions} litres of water in {year}, more than all farms together"
        ),
        ("economics", "Rents in {place} rose by {percent} between {year} and 2024 because of short-term lets"),
        ("history", "The {year} flood in {place} killed {thousands} people and was caused by a broken dam"),
        ("worldnews", "{place} bans all petrol cars from {number} cities, the government announced"),
        ("environment", "One container ship pollutes more than {millions} cars, and {place} has {number} of them"),
        ("space", "The telescope in {place} has found {thousands} asteroids since {year}"),
        ("politics", "{place} spends {percent} of its budget on prisons, the highest share in the world"),
        ("nutrition", "{food} causes more allergies than peanuts: {millions} people were affected in {year}"),
        ("sports", "{place} has won {number} gold medals in rowing, more than any other team since {year}"),
    ]

    private static let supports = [
        "I read that {percent} of households in {place} are affected. The report is from {year}.",
        "According to the ministry the figure was {millions} in {year}, which is {number} times as much as before.",
        "It was in the paper this morning. Researchers from {place} looked at {thousands} cases.",
    ]

    private static let opinions = [
        Draft(community: "movies", title: "The second film is so much better than the first one", text: "Fight me."),
        Draft(community: "unpopularopinion", title: "I think winter is the best season by far", text: ""),
        Draft(
            community: "books", title: "Long novels should be read in winter",
            text: "In my opinion nothing else feels right when it is dark outside."),
    ]

    private static let questions = [
        Draft(community: "AskReddit", title: "What is a small thing that made your day better?", text: ""),
        Draft(community: "AskReddit", title: "People who moved to {place}, how is it going?", text: ""),
        Draft(
            community: "cooking", title: "How do you keep bread fresh?", text: "Mine goes dry after a day. Any tips?"),
        Draft(community: "askscience", title: "Why does the sea look green on some days?", text: ""),
    ]

    private static let stories = [
        Draft(
            community: "CasualConversation", title: "My neighbour brought me soup today",
            text: "I was ill all week and she just knocked. I nearly cried."),
        Draft(community: "running", title: "I finished my first race yesterday!", text: "Slow, but I did it."),
    ]

    private static let jokes = [
        Draft(community: "Jokes", title: "I told my plants a joke", text: "They did not leaf. lol"),
        Draft(community: "funny", title: "My cat has filed a complaint about breakfast lol", text: ""),
    ]
}
