extension String {
    /// The first `limit` Unicode scalars: what JSON Schema's `maxLength` counts.
    package func capped(_ limit: Int) -> String {
        guard utf8.count > limit, unicodeScalars.count > limit else { return self }
        return String(String.UnicodeScalarView(unicodeScalars.prefix(limit)))
    }

    package var scalarCount: Int { unicodeScalars.count }
}
