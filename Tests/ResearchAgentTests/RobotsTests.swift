import Testing

@testable import ResearchAgent

@Suite struct RobotsTests {
    private func rules(_ text: String) -> RobotsRules { RobotsRules(Array(text.utf8), agent: "RejoinderResearch") }

    @Test(arguments: [
        ("Disallow: /", "/", false), ("Disallow: /private", "/private/x", false),
        ("Disallow: /private", "/privat", true),
        ("Disallow:", "/a", true), ("Disallow: /a\nAllow: /a/b", "/a/b/c", true),
        ("Disallow: /a\nAllow: /a", "/a", true),
        ("Allow: /a\nDisallow: /a", "/a", true), ("Allow: /\nDisallow: /a", "/a", false),
        ("Disallow: /*.pdf$", "/x/report.pdf", false), ("Disallow: /*.pdf$", "/x/report.pdf?x", true),
        ("Disallow: /*/secret", "/a/b/secret/c", false), ("Disallow: /fish*", "/fishheads", false),
        ("Disallow: /fish*", "/Fish.asp", true), ("Disallow: /a?b=*", "/a?b=c", false), ("Disallow: /$", "/", false),
        ("Disallow: /$", "/a", true), ("Disallow: /caf%C3%A9", "/café", false),
        ("Disallow: /café", "/caf%c3%a9", false),
        ("Disallow: /%7Ejoe", "/~joe", false), ("disallow : /a # reason", "/a", false),
        ("Disallow: *", "/robots.txt", true),
        ("Disallow: /", "/robots.txt", true), ("nonsense\nDisallow /a", "/a", true),
    ]) func `the longest rule decides, and Allow among equals`(lines: String, target: String, isAllowed: Bool) {
        #expect(rules("User-agent: *\n\(lines)\n").allows(target) == isAllowed)
    }

    @Test func `the group that names us counts, in any case and with a version`() {
        let text = """
            User-agent: *
            Disallow: /

            User-Agent: other
            User-Agent: rejoinderRESEARCH/2.0
            Disallow: /ours

            User-agent: RejoinderResearch
            Disallow: /too
            """
        #expect(rules(text).allows("/page"))
        #expect(!rules(text).allows("/ours"))
        #expect(!rules(text).allows("/too"))
    }

    @Test func `a group that names us without rules allows all`() {
        #expect(rules("User-agent: *\nDisallow: /\n\nUser-agent: RejoinderResearch\nDisallow:\n").allows("/x"))
    }

    @Test func `another agent's group says nothing to us`() {
        #expect(rules("User-agent: Rejoinder\nDisallow: /\n").allows("/x"))
        #expect(rules("").allows("/x"))
        #expect(rules("Disallow: /\n").allows("/x"))
    }

    @Test func `carriage returns and a byte order mark do no harm`() {
        #expect(!rules("User-agent: *\r\nDisallow: /a\r\n").allows("/a"))
    }

    @Test(.timeLimit(.minutes(1))) func `patterns of many stars take no time to speak of`() {
        let pattern = String(repeating: "*a", count: 400) + "b"
        let text = "User-agent: *\n" + String(repeating: "Disallow: /\(pattern)\n", count: 50)
        #expect(rules(text).allows("/" + String(repeating: "a", count: 1500)))
    }
}
