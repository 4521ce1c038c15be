import Foundation

/// Lines for people: answers to standard output, complaints to standard error.
enum Terminal {
    /// Written at once, also into a pipe.
    static func say(_ text: String) { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }
    static func complain(_ text: String) { FileHandle.standardError.write(Data(("rejoinder: " + text + "\n").utf8)) }
}
