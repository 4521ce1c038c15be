/// Characters that people do not see and models do: zero-width, bidirectional and other controls, tags, variation
/// selectors. They carry hidden instructions, so no model and no reader gets them.
package enum HiddenCharacters {
    package struct Cleaned: Sendable, Hashable {
        package var text: String
        /// Removed characters, without those that ordinary emoji are made of.
        package var removed: Int
    }

    package static func strip(_ text: String) -> Cleaned {
        guard text.unicodeScalars.contains(where: isHidden) else { return Cleaned(text: text, removed: 0) }
        var kept = String.UnicodeScalarView()
        var removed = 0
        for scalar in text.unicodeScalars {
            guard isHidden(scalar) else {
                kept.append(scalar)
                continue
            }
            let joinsEmoji = scalar.value == 0x200D || (0xFE00...0xFE0F).contains(scalar.value)
            if !(joinsEmoji && kept.last.map(isPictograph) == true), scalar != "\r" { removed += 1 }
        }
        return Cleaned(text: String(kept), removed: removed)
    }

    package static func count(in text: String) -> Int { strip(text).removed }

    static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A: false
        case 0..<0x20, 0x7F..<0xA0: true
        case 0..<0xAD: false
        case 0xAD, 0x61C, 0x180E, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x206F, 0xFE00...0xFE0F, 0xFEFF,
            0xFFF9...0xFFFB, 0xE0000...0xE01EF:
            true
        default: false
        }
    }

    private static func isPictograph(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value > 0x7F ? scalar.properties.isEmoji || scalar.properties.isEmojiModifier : scalar.properties.isEmoji
    }
}
