/// The parts of a source's URL that code decides by. Only absolute http and https addresses count.
package struct WebAddress: Sendable, Hashable {
    /// Fit for a Markdown link: nothing in it ends the link or begins something else.
    package let linkText: String
    /// The host in lower case, without `www.`.
    package let domain: String

    package init?(_ url: String) {
        let lower = url.prefix(8).lowercased()
        let scheme = lower.hasPrefix("https://") ? 8 : lower.hasPrefix("http://") ? 7 : 0
        guard scheme > 0, url.utf8.count <= 2000 else { return nil }
        let authority = url.dropFirst(scheme).prefix { !"/?#\\".contains($0) }
        guard !authority.contains("@"), let host = Self.host(authority) else { return nil }
        domain = host
        linkText = Self.escaped(url)
    }

    /// A host name with at least two labels; ports are let go.
    private static func host(_ authority: Substring) -> String? {
        let name = authority.prefix { $0 != ":" }.lowercased()
        let host = name.hasPrefix("www.") ? String(name.dropFirst(4)) : name
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        guard labels.count >= 2, host.utf8.count <= 253, labels.allSatisfy(isLabel),
            labels.last?.utf8.allSatisfy({ (48...57).contains($0) }) == false
        else { return nil }
        return host
    }

    private static func isLabel(_ label: Substring) -> Bool {
        (1...63).contains(label.utf8.count)
            && label.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
    }

    private static func escaped(_ url: String) -> String {
        var out = ""
        for byte in url.utf8 {
            let isSafe = byte > 0x20 && byte < 0x7F && !"()<>[]\"\\^`{}|*_~".utf8.contains(byte)
            if isSafe || byte == UInt8(ascii: "_") {
                out.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                out += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return out
    }

    /// The part of the domain that one owner holds: `news.example.co.uk` and `example.co.uk` are the same.
    package var owner: String {
        let labels = domain.split(separator: ".")
        guard labels.count > 2 else { return domain }
        let second = ["co", "com", "org", "net", "gov", "ac", "edu"].contains(labels[labels.count - 2])
        let isCountry = labels[labels.count - 1].utf8.count == 2
        return labels.suffix(second && isCountry ? 3 : 2).joined(separator: ".")
    }
}
