/// Where we differ from CEL on purpose; docs/charts.md says why.
extension GuardCases {
    static let differences = GuardCases(
        "differences",
        typed: #"""
            {0: 1}[0] => refused: expected a string literal as the key // CEL: 1
            {true: 5}[true] => refused: expected a string literal as the key // CEL: 5
            size({1: 'one', 2: 'two'}) => refused: expected a string literal as the key // CEL: 2
            {'key': 1, 1: 21}.exists(k, k != 2) => refused: expected a string literal as the key // CEL: true
            1u + 1u => refused: expected a number such as // CEL: 2u
            b'abc' => refused: only 'r' // CEL: bytes
            type(1) => refused: there is no function 'type' // CEL: int
            'abc'.matches('b') => refused: there is no method 'matches' // CEL: true
            dyn(1) => refused: there is no function 'dyn' // CEL: 1
            context.n == 1.5 where {"n": 1} => refused: int is never equal to double // CEL: refused unless dyn()
            'abc' == 'ABC' => refused: the string 'abc' is never equal to the string 'ABC' // CEL: false
            1 < 1.5 && context.n < 1.5 where {"n": 1} => true // CEL: the same
            context.x + 1 where {"x": 0.5} => 1.5 // CEL: refused
            context.x == 1 where {"x": 1.0} => true // CEL: refused
            true ? 'cows' : 17 => refused: both sides of ':' must have one type // CEL: refused or 'cows'
            f_unknown(17) || true => refused: there is no function 'f_unknown' // CEL: true, unless checked
            {'a-b': 1}.`a-b` => refused: '`' has no meaning // CEL: 1
            .context => refused: expected a value, found '.' // CEL: the root's name
            [1].exists(y, [0].exists(y, y == 0)) => refused: 'y' already means something here // CEL: true
            [1, 2].exists(i, v, i < v) => refused: 'exists' takes a variable // CEL: true, an extension
            [1].all(a, [1].all(b, [1].all(c, true))) => refused: 'all' is nested more than 2 // CEL: true
            [timestamp(0)] => refused: a timestamp cannot be stored // CEL: a list
            [1.0 / 0.0] => error: the result is not a finite number // CEL: [inf]
            15.75 / 0.0 => error: the result is not a finite number // CEL: inf
            2.0 * 8.988466e+307 * 2.0 => error: the result is not a finite number // CEL: inf
            15.75 / 0.0 > 1.0 => true // CEL: the same
            '\x00' => refused: expected 2 hexadecimal digits // CEL: a text with NUL
            string(timestamp('2009-02-13T23:31:30Z')) => "2009-02-13T23:31:30.000Z" // CEL: 2009-02-13T23:31:30Z
            duration('1ns') == duration('0s') => true // CEL: false
            timestamp('2024-01-01T00:00:00.0000001Z') == timestamp('2024-01-01T00:00:00Z') => true // CEL: false
            timestamp(0).getHours('Europe/Paris') => refused: 'Europe/Paris' is no time zone // CEL: 1
            timestamp('9999-12-31T00:00:00Z') - timestamp('0001-01-01T00:00:00Z') > duration('1s') => true // CEL: error
            context.reason == '' where {"other": 1} => refused: 'context' has no member 'reason' // CEL: error
            """#,
        dynamic: #"""
            dyn(9223372036854775807) < 9223372036854775808.0 => true // CEL: false
            dyn(9223372036854775808.0) > 9223372036854775807 => true // CEL: false
            dyn(9223372036854775808.0) <= 9223372036854775807 => false // CEL: true
            dyn(9223372036854775807) >= 9223372036854775808.0 => false // CEL: true
            n + 1.5 where {"n": 1} => 2.5 // CEL: error
            """#)
}
