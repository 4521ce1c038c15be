import JSONValue

/// All that the fake Reddit knows and the way it answers: a value without clock, socket or file.
struct RedditWorld: Sendable {
    let options: FakeRedditOptions
    var shelf: PostShelf
    var book = CommentBook()
    var tokens: TokenDesk
    var faults: FaultScript<RedditFault>
    /// When this Reddit began; it survives a restart, so that times and made-up posts stay what they were.
    var epoch: Double
    /// Lines that the shell writes before the answer goes out.
    var journal: [JSON] = []

    private var windows: [String: RateWindow] = [:]
    private var requests: [String: Int] = [:]
    private var madeLater = 0
    var ratelimitsToldSoFar = 0

    /// The recorded submissions come with their own times; `past` is what the state file holds.
    init(_ options: FakeRedditOptions, recorded: [FakePost], past: [JSON], now: Double) {
        self.options = options
        epoch = past.first { $0["kind"]?.string == "epoch" }?["at"]?.double ?? now.rounded()
        tokens = TokenDesk(options)
        faults = FaultScript(options.faults)
        let madeUp = (0..<max(0, options.madeUp)).map { MadeUpPosts.post(number: $0, seed: options.seed) }
        let posts = RecordedPosts.redated(
            recorded + madeUp, epoch: epoch, spacing: options.spacing.inSeconds)
        let waves = options.releasePerScan.map { (posts.count + $0 - 1) / max(1, $0) } ?? options.waves
        shelf = PostShelf(posts, waves: waves)
        if past.isEmpty { journal.append(["kind": "epoch", "at": .double(epoch)]) }
        for line in past { replay(line) }
    }

    private mutating func replay(_ line: JSON) {
        switch line["kind"]?.string {
        case "comment":
            if let comment = FakeComment(line: line) { book.insert(comment) }
        case "edit":
            book.change(line["name"]?.string ?? "") {
                $0.body = line["body"]?.string ?? $0.body
                $0.edited = line["at"]?.double
            }
        case "delete":
            book.change(line["name"]?.string ?? "") { $0.isDeleted = true }
        case "wave":
            shelf.advance(to: line["number"]?.int.map { Int($0) })
        case "post":
            if let data = line["data"]?.object, let post = FakePost(data: data) { shelf.add([post]) }
        default: break
        }
    }

    /// Answers one request.
    mutating func answer(_ request: FakeRequest, now: Double) -> FakeAnswer {
        addMadeUpPosts(now: now)
        let route = RedditRoute(request)
        if case .control(let name) = route { return control(name, request, now: now) }
        requests[route.kind, default: 0] += 1
        if let refusal = refusal(ofAgent: request.headers["user-agent"]) { return refusal }
        guard let fault = faults.take(route.kind) else { return act(route, request, now: now) }
        guard fault.kind.actsFirst else { return shown(fault, route, instead: nil) }
        return shown(fault, route, instead: act(route, request, now: now))
    }

    var requestCounts: [String: Int] { requests }

    private mutating func addMadeUpPosts(now: Double) {
        guard let interval = options.interval?.inSeconds, interval > 0 else { return }
        let due = min(Int(max(0, now - epoch) / interval), 20_000)
        guard due > madeLater else { return }
        shelf.add(
            (madeLater..<due).map { number in
                var post = MadeUpPosts.post(number: max(0, options.madeUp) + number, seed: options.seed)
                post.created = (epoch + interval * Double(number + 1)).rounded()
                post.wave = 0
                return post
            })
        madeLater = due
    }

    /// Reddit wants to know who asks; the names that libraries send by themselves are throttled.
    private func refusal(ofAgent agent: String?) -> FakeAnswer? {
        guard let agent, !agent.isEmpty else { return RedditForms.blocked }
        let defaults = ["curl/", "python-requests", "python-urllib", "libcurl", "wget/", "go-http-client", "java/"]
        let name = agent.lowercased()
        return defaults.contains { name.hasPrefix($0) } ? RedditForms.tooManyRequests(retryAfter: 4) : nil
    }

    private mutating func act(_ route: RedditRoute, _ request: FakeRequest, now: Double) -> FakeAnswer {
        if route == .token { return tokens.grant(request, now: now) }
        guard let holder = tokens.holder(of: request, now: now) else { return RedditForms.unauthorized }
        let key = holder.client + "/" + (holder.user ?? "")
        var window =
            windows[key] ?? RateWindow(quota: options.quota, length: options.window.inSeconds, now: now)
        let isAdmitted = window.admit(now: now)
        windows[key] = window
        var answer: FakeAnswer
        if isAdmitted {
            answer = authorised(route, request, holder, now: now)
        } else {
            let wait = String(window.secondsLeft(now: now))
            answer = RedditForms.failure(429, "Too Many Requests", headers: [("Retry-After", wait)])
        }
        if answer.status < 500 { answer.headers += window.headers(now: now) }
        return answer
    }

    /// The answer that a fault puts in the place of the real one.
    private mutating func shown(
        _ fault: FaultRule<RedditFault>, _ route: RedditRoute, instead real: FakeAnswer?
    ) -> FakeAnswer {
        switch fault.kind {
        case .ratelimit where [.comment, .edit, .delete].contains(route):
            return ratelimit(Double(fault.retryAfter ?? 60))
        case .tooManyRequests, .ratelimit: return RedditForms.tooManyRequests(retryAfter: fault.retryAfter ?? 4)
        case .apiError:
            return RedditForms.apiError(fault.code ?? "NOT_A_KNOWN_CODE", "this did not work", field: "parent")
        case .failAfterActing, .failBeforeActing: return RedditForms.failure(500, "Internal Server Error")
        case .unavailable: return FakeAnswer(status: 503)
        case .dropBefore, .dropAfter: return .dropped
        case .slow:
            var late = real ?? FakeAnswer(status: 503)
            late.delay = fault.delay
            return late
        case .html, .htmlAfterActing: return RedditForms.unreachable
        case .forbidden: return RedditForms.failure(403, "Forbidden")
        case .unauthorized: return RedditForms.unauthorized
        }
    }

    mutating func ratelimit(_ seconds: Double) -> FakeAnswer {
        defer { ratelimitsToldSoFar += 1 }
        return RedditForms.ratelimit(seconds: seconds, count: ratelimitsToldSoFar)
    }
}
