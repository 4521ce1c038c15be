/// The word lists by which the fake judges texts.
enum Words {
    private static func list(_ text: String) -> Set<String> { Set(text.split(separator: " ").map(String.init)) }

    static let causal = list(
        """
        because cause causes caused due leads led linked prevents prevent cures reduces increases raises lowers kills \
        killed effect effects result results
        """)
    static let said = list(
        """
        says said according announced announces reports reported report study studies research researchers \
        scientists claims claimed confirmed confirms found finds poll survey
        """)
    static let law = list(
        """
        law laws ban bans banned court government president minister policy tax police army senate congress election \
        vote illegal legal
        """)
    static let science = list(
        """
        vaccine vaccines cancer virus disease health heart brain doctors medical climate species telescope planet
        """)
    static let comparing = list(
        """
        most more less than best worst largest highest lowest first biggest fastest only every never always fewer \
        majority average record
        """)
    static let units = list(
        """
        percent million billion thousand years year months days hours miles km kg tons dollars people times
        """)
    static let asserting = list(
        """
        is are was were has have had will does did won lost wins beats dominated released discovered invented built \
        made makes became isn't aren't wasn't don't doesn't
        """)
    static let firstPerson = list("i i'm i've i'd i'll my me mine we our us myself")
    static let opinion = list(
        """
        think feel love hate favorite favourite best worst should imho imo opinion beautiful cute awesome amazing \
        funny wish hope prefer
        """)
    static let joke = list("lol lmao haha hahaha joke pun meme memes")
    static let sensitive = list("suicide suicidal self-harm selfharm rape grief miscarriage")

    static let topics: [(String, Set<String>)] = [
        (
            "health",
            list("vaccine vaccines cancer virus disease health heart doctors medical weight diet allergies drug")
        ),
        ("science", list("study scientists research species telescope planet space physics brain")),
        ("politics", list("president government minister election vote congress senate party political war")),
        ("economy", list("price prices money tax economy rent billion bank jobs salary")),
        ("technology", list("api software game xbox phone iphone computer app internet ai data code")),
        ("environment", list("climate plastic ocean rivers forest pollution energy oil coral")),
        ("history", list("war century king empire ancient history battle")),
        ("law", list("law court police illegal legal lawsuit ban banned")),
        ("sport", list("team season league match goal cup player players championship win won medals")),
        ("entertainment", list("movie film show season episode song album anime series book")),
    ]
}
