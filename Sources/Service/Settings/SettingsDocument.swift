import JSONValue
import Pipeline

/// The table of settings for people, made from the same table that the reader uses.
package enum SettingsDocument {
    package static var text: String {
        SettingTable.all.map { key in
            "\(key.name)  [\(fallback(key))]\n    \(key.meaning) (\(key.kind); \(key.variable))"
        }.joined(separator: "\n")
    }

    package static var markdown: String {
        let rows = SettingTable.all.map { key in
            "| `\(key.name)` | `\(key.variable)` | \(fallback(key)) | \(key.meaning)\(key.isSecret ? " (secret)" : "") |"
        }
        return """
            # Settings

            Made by `rejoinder settings --markdown`. A setting is read from the YAML file (`--config`, else \
            `REJOINDER_CONFIG`, else `rejoinder.yaml`; names nest: `listen: {port: 8787}`), then from the environment, \
            then from the command line (`--set name=value`); later ones win. Unknown names are refused. Secrets come \
            from the environment or from files only.

            | name | environment | default | meaning |
            |---|---|---|---|
            \(rows.joined(separator: "\n"))

            ## Lists in the file

            `endpoints` is a list; each has `name`, `url`, `protocol` (`callback` or `chat`), `capabilities` (any of \
            `triage`, `research`, `response`, `editorial`), and may have `model`, `max_concurrent` (1), `preference` (0, \
            higher first), `input_price` and `output_price` (microdollars for a million tokens), `rate` (starts in any such \
            time, such as `60/min`; also `/s` and `/h`), `budget` (US dollars a day of UTC, such as `5.00/day`) with \
            `job_cost` (the most that one job may cost, in US dollars), `bearer_env` or `bearer_file`, \
            `signing_secret_env` or `signing_secret_file`.

            `api.keys` is a list; each has `name`, `scope` (`read`, `trigger`, `operate`, `admin`) and `key_env` or \
            `key_file`. Without keys the service listens on this machine only.
            """
    }

    private static func fallback(_ key: SettingKey) -> String {
        if !key.fallback.isEmpty { return key.fallback }
        let value = key.name.split(separator: ".").reduce(JSON.object(PipelineSettings().json) as JSON?) {
            value, name in
            value?[String(name)]
        }
        guard let value else { return "" }
        if let elements = value.array { return elements.compactMap(\.string).joined(separator: ", ") }
        return value.string ?? value.text
    }
}
