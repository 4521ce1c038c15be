/// Numbers: operators, overflow, division.
extension GuardCases {
    static let arithmetic = GuardCases(
        "arithmetic",
        typed: #"""
            4.25 + 15.25 => 19.5
            17.75 + (-7.75) => 10.0
            -4.125 + (-2.125) => -6.25
            42.0 - 12.0 => 30.0
            42.875 - (-22.0) => 64.875
            -4.875 - (-0.125) => -4.75
            42.5 * 0.2 => 8.5
            40.75 * (-2.25) => -91.6875
            -3.0 * (-2.5) => 7.5
            0.0625 / 0.002 => 31.25
            -2.0 / 2.0 => -1.0
            -8.875 / (-0.0625) => 142.0
            47.5 % 5.5 => refused: '%' has no meaning between double and double; convert with double() or int()
            -(4.5) => -4.5
            -(-1.25) => 1.25
            -(0.0) => -0.0
            15.36 * 0.0 => 0.0
            0.0 + 1.75 => 1.75
            2.5 + 0.0 => 2.5
            7.5 + 1.5 == 1.5 + 7.5 => true
            5.625 + (15.75 + 2.0) == (5.625 + 15.75) + 2.0 => true
            1.0 * 45.25 => 45.25
            -25.25 * 1.0 => -25.25
            1.5 * 25.875 == 25.875 * 1.5 => true
            1.5 * (23.625 * 0.75) == (1.5 * 23.625) * 0.75 => true
            5.75 * (1.5 + 2.5)  == 5.75 * 1.5 + 5.75 * 2.5 => true
            1e-324  / 2.0 => 0.0
            40 + 2 => 42
            42 + (-7) => 35
            -4 + (-2) => -6
            42 - 12 => 30
            42 - (-22) => 64
            -42 - (-12) => -30
            42 * 2 => 84
            40 * (-2) => -80
            -30 * (-2) => 60
            42 / 2 => 21
            -20 / 2 => -10
            -80 / (-2) => 40
            47 % 5 => 2
            43 % (-5) => 3
            -42 % (-5) => -2
            -3 % 5 => -3
            -(42) => -42
            -(-42) => 42
            -false => refused: '-' expects a number, found bool
            34 % 0 => error: division by zero
            -(0) => 0
            15 / 0 => error: division by zero
            15 * 0 => 0
            0 + 17 => 17
            29 + 0 => 29
            75 + 15 == 15 + 75 => true
            5 + (15 + 20) == (5 + 15) + 20 => true
            1 * 45 => 45
            -25 * 1 => -25
            15 * 25 == 25 * 15 => true
            15 * (23 * 88) == (15 * 23) * 88 => true
            5 * (15 + 25)  == 5 * 15 + 5 * 25 => true
            9223372036854775807 + 1 => error: 9223372036854775807 + 1 does not fit into 64 bits
            -9223372036854775808 - 1 => error: -9223372036854775808 - 1 does not fit into 64 bits
            -9223372036854775808 + (-1) => error: -9223372036854775808 + -1 does not fit into 64 bits
            1 - (-9223372036854775807) => error: 1 - -9223372036854775807 does not fit into 64 bits
            -(-9223372036854775808) => error: 0 - -9223372036854775808 does not fit into 64 bits
            (-9223372036854775808) * -1 => error: -9223372036854775808 * -1 does not fit into 64 bits
            (-9223372036854775808)/-1 => error: -9223372036854775808 / -1 does not fit into 64 bits
            5000000000 * 5000000000 => error: 5000000000 * 5000000000 does not fit into 64 bits
            (-5000000000) * 5000000000 => error: -5000000000 * 5000000000 does not fit into 64 bits
            1 + 2 * 3 - 4 => 3
            2 * 3 % 4 => 2
            -7 / 2 => -3
            7 - -7 => 14
            1.5 + 1 => 2.5
            2 * 0.5 => 1.0
            1 / 2.0 => 0.5
            9223372036854775807 - -1 => error: 9223372036854775807 - -1 does not fit
            -9223372036854775808 % -1 => error: -9223372036854775808 % -1 does not fit
            1.0 / 0.0 => error: the result is not a finite number
            'a' - 'b' => refused: '-' has no meaning
            true + true => refused: '+' has no meaning
            null + 1 => refused: '+' has no meaning
            [1] - [1] => refused: '-' has no meaning
            {} + {} => refused: '+' has no meaning
            context.n + 1.5 where {"n": 1} => refused: '+' has no meaning between int and double
            """#,
        dynamic: #"""
            n + 1.5 where {"n": 1} => 2.5
            n + 'a' where {"n": 1} => error: int + string has no meaning
            n % 2.0 where {"n": 1} => error: int % double has no meaning
            -n where {"n": "1"} => error: expected a number, found string
            """#)
}
