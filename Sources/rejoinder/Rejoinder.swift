import CLI

@main struct Rejoinder {
    static func main() async { await RejoinderCommand.run() }
}
