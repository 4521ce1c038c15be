import Foundation
import Service
import TestSupport
import Testing

@Suite struct SettingsDocumentTests {
    @Test func `the document of settings is the one that the table makes`() throws {
        let file = Repository.root.appending(path: "docs/settings.md")
        let text = try String(contentsOf: file, encoding: .utf8)
        #expect(text == SettingsDocument.markdown + "\n", "run: rejoinder settings --markdown > docs/settings.md")
    }
}
