/// Moments and spans.
extension GuardCases {
    static let time = GuardCases(
        "time",
        typed: #"""
            int(timestamp('2009-02-13T23:31:30Z')) => 1234567890
            string(duration('1000000s')) => "1000000s"
            timestamp('2009-02-13T23:31:30Z').getDate() => 13
            timestamp('2009-02-13T23:31:30Z').getDayOfMonth() => 12
            timestamp('2009-02-13T23:31:30Z').getDayOfWeek() => 5
            timestamp('2009-02-13T23:31:30Z').getDayOfYear() => 43
            timestamp('2009-02-13T23:31:30Z').getFullYear() => 2009
            timestamp('2009-02-13T23:31:30Z').getHours() => 23
            timestamp('2009-02-13T23:31:20.123456789Z').getMilliseconds() => 123
            timestamp('2009-02-13T23:31:30Z').getMinutes() => 31
            timestamp('2009-02-13T23:31:30Z').getMonth() => 1
            timestamp('2009-02-13T23:31:30Z').getSeconds() => 30
            timestamp('2009-02-13T23:31:30Z').getDayOfMonth('+11:00') => 13
            timestamp('2009-02-13T02:00:00Z').getDayOfMonth('-02:30') => 11
            timestamp('2009-02-13T23:31:30Z').getDayOfWeek('UTC') => 5
            timestamp('2009-02-13T23:31:30Z').getFullYear('-09:30') => 2009
            timestamp('2009-02-13T23:31:30Z').getHours('02:00') => 1
            timestamp('2009-02-13T23:31:30Z').getMonth('UTC') => 1
            timestamp('2009-02-13T23:31:30Z').getSeconds('-00:00') => 30
            timestamp('2009-02-13T23:31:30Z') == timestamp('2009-02-13T23:31:30Z') => true
            timestamp('2009-02-13T23:31:29Z') == timestamp('2009-02-13T23:31:30Z') => false
            timestamp('1945-05-07T02:41:00Z') != timestamp('1945-05-07T02:41:00Z') => false
            timestamp('2000-01-01T00:00:00Z') != timestamp('2001-01-01T00:00:00Z') => true
            duration('123s') == duration('123s') => true
            duration('60s') == duration('3600s') => false
            duration('604800s') != duration('604800s') => false
            duration('86400s') != duration('86164s') => true
            timestamp('2009-02-13T23:00:00Z') + duration('240s') == timestamp('2009-02-13T23:04:00Z') => true
            duration('120s') + timestamp('2009-02-13T23:01:00Z') == timestamp('2009-02-13T23:03:00Z') => true
            duration('600s') + duration('50s') == duration('650s') => true
            timestamp('2009-02-13T23:10:00Z') - duration('600s') == timestamp('2009-02-13T23:00:00Z') => true
            timestamp('2009-02-13T23:31:00Z') - timestamp('2009-02-13T23:29:00Z') == duration('120s') => true
            duration('900s') - duration('42s') == duration('858s') => true
            timestamp('2009-02-13T23:00:00Z') <= timestamp('2009-02-13T23:00:00Z') => true
            timestamp('2009-02-13T23:00:00Z') <= timestamp('2009-02-13T22:59:59Z') => false
            duration('200s') <= duration('200s') => true
            duration('300s') <= duration('200s') => false
            timestamp('2009-02-13T23:00:00Z') < timestamp('2009-03-13T23:00:00Z') => true
            duration('200s') < duration('300s') => true
            timestamp('2009-02-13T23:00:00Z') >= timestamp('2009-02-13T23:00:00Z') => true
            timestamp('2009-02-13T22:58:00Z') >= timestamp('2009-02-13T23:00:00Z') => false
            duration('200s') >= duration('200s') => true
            duration('120s') >= duration('200s') => false
            timestamp('2009-02-13T23:59:00Z') > timestamp('2009-02-13T23:00:00Z') => true
            duration('300s') > duration('200s') => true
            duration('10000s').getHours() => 2
            duration('3730s').getMinutes() => 62
            duration('3730s').getSeconds() => 3730
            timestamp('0000-01-01T00:00:00Z') => error: the timestamp is outside the years 1 to 9999
            timestamp(-62135596801) => error: the timestamp is outside the years 1 to 9999
            timestamp('10000-01-01T00:00:00Z') => error: timestamp() cannot convert "10000-01-01T00:00:00Z"
            timestamp(253402300800) => error: the timestamp is outside the years 1 to 9999
            timestamp('0001-01-01T00:00:00Z') + duration('-1s') => error: the timestamp is outside the years 1 to 9999
            timestamp('9999-12-31T23:59:59Z') + duration('1s') => error: the timestamp is outside the years 1 to 9999
            duration('-320000000000s') => error: the duration is longer than 315576000000s
            duration('320000000000s') => error: the duration is longer than 315576000000s
            duration('-200000000000s') + duration('-200000000000s') => error: the duration is longer than 315576000000s
            duration('200000000000s') + duration('200000000000s') => error: the duration is longer than 315576000000s
            duration('-200000000000s') - duration('200000000000s') => error: the duration is longer than 315576000000s
            duration('200000000000s') - duration('-200000000000s') => error: the duration is longer than 315576000000s
            duration('1h30m') == duration('5400s') => true
            duration('1.5s') == duration('1500ms') => true
            duration('PT10M') == duration('10m') => true
            duration('-90m') == duration('-1h30m') => true
            duration('2us') == duration('0.002ms') => true
            duration('0') == duration('0s') => true
            duration('+3s') == duration('3s') => true
            string(duration('90m')) => "5400s"
            string(duration('-1.5s')) => "-1.5s"
            string(duration('1us')) => "0.000001s"
            duration('5') => error: duration() cannot convert "5"
            duration('') => error: duration() cannot convert ""
            duration('s') => error: duration() cannot convert "s"
            duration('1x') => error: duration() cannot convert "1x"
            duration('1s ') => error: duration() cannot convert "1s "
            -duration('5s') == duration('-5s') => true
            duration('123.321456s').getMilliseconds() => 321
            duration('-3730s').getMinutes() => -62
            duration('1s').getFullYear() => refused: 'getFullYear' works on timestamps, found duration
            duration('1s').getHours('UTC') => refused: a duration has no time zone
            timestamp('2024-02-29T12:00:00Z').getDate() => 29
            timestamp('2023-02-29T12:00:00Z') => error: timestamp() cannot convert
            timestamp('2024-12-31T23:59:59Z').getDayOfYear() => 365
            timestamp('1969-12-31T23:59:59.5Z').getMilliseconds() => 500
            timestamp('1969-12-31T23:59:59Z').getDayOfWeek() => 3
            timestamp('2024-01-01T00:30:00+01:00') == timestamp('2023-12-31T23:30:00Z') => true
            timestamp('2024-01-01 00:00:00Z') => error: timestamp() cannot convert
            timestamp('2024-01-01T24:00:00Z') => error: timestamp() cannot convert
            timestamp('yesterday') => error: timestamp() cannot convert
            timestamp(9223372036854775807) => error: the timestamp is outside
            int(timestamp('1969-12-31T23:59:59.5Z')) => -1
            timestamp(0).getHours('+14:00') => 14
            timestamp(0).getHours('-25:00') => refused: '-25:00' is no time zone
            now + now => refused: '+' has no meaning between timestamp and timestamp
            duration('1s') * 2 => refused: '*' has no meaning between duration and int
            timestamp(0) == duration('0s') => refused: timestamp is never equal to duration
            timestamp(0) < duration('0s') => refused: '<' cannot order timestamp and duration
            """#,
        dynamic: #"""
            timestamp(0).getHours(zone) where {"zone": "+02:00"} => 2
            timestamp(0).getHours(zone) where {"zone": "Mars"} => error: 'Mars' is no time zone
            """#)
}
