import ArgumentParser
import Service

/// Prints the table of settings.
struct SettingsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settings", abstract: "Lists every setting: its names, its form, its default, its meaning.")

    @Flag(help: "As Markdown, as docs/settings.md has it.")
    var markdown = false

    func run() throws {
        Terminal.say(markdown ? SettingsDocument.markdown : SettingsDocument.text)
    }
}
