/// What comes before what.
extension GuardCases {
    static let order = GuardCases(
        "order",
        typed: #"""
            -1 < 0 => true
            0 < 0 => false
            1.0 < 1.0000001 => true
            -0.0 < 0.0 => false
            '' < 'a' => true
            'Abc' < 'aBC' => true
            'abc' < 'abcd' => true
            'a' < '\u00E1' => true
            '' < '' => false
            'abc' < 'abc' => false
            'a' < 'AB' => false
            'f' < '\u1EBF' => true
            false < true => true
            true < true => false
            true < false => false
            [0] < [1] => refused: '<' cannot order list of int and list of int
            null < null => refused: '<' cannot order null and null
            'foo' < 1024 => refused: '<' cannot order the string 'foo' and int
            42 > -42 => true
            0 > 0 => false
            1e+1 > 1e+0 => true
            .99 > 9.9e-1 => false
            'abc' > 'aBc' => true
            'A' > '' => true
            '' > '' => false
            'α' > 'omega' => true
            true > false => true
            false > true => false
            true > true => false
            null > null => refused: '>' cannot order null and null
            [1] > [0] => refused: '>' cannot order list of int and list of int
            'foo' > 1024 => refused: '>' cannot order the string 'foo' and int
            0 <= 1 => true
            1 <= 1 => true
            1 <= -1 => false
            0.0 <= 0.1e-31 => true
            0.0 <= 0e-1 => true
            1.0 <= 0.99 => false
            '' <= '' => true
            '' <= 'a' => true
            'a' <= '' => false
            'aBc' <= 'abc' => true
            'α' <= 'α' => true
            'a' <= 'α' => true
            'α' <= 'a' => false
            false <= true => true
            false <= false => true
            true <= false => false
            null <= null => refused: '<=' cannot order null and null
            [0] <= [0] => refused: '<=' cannot order list of int and list of int
            'foo' <= 1024 => refused: '<=' cannot order the string 'foo' and int
            0 >= -1 => true
            999 >= 999 => true
            999 >= 1000 => false
            1e+1 >= 1e+0 => true
            9.80665 >= 9.80665e+0 => true
            0.9999 >= 1.0 => false
            '' >= '' => true
            'a' >= '' => true
            '' >= 'a' => false
            'abcd' >= 'abc' => true
            'abc' >= 'abd' => false
            'τ' >= 'τ' => true
            'τ' >= 't' => true
            't' >= 'τ' => false
            true >= false => true
            true >= true => true
            false >= true => false
            null >= null => refused: '>=' cannot order null and null
            ['y'] >= ['x'] => refused: '>=' cannot order list of the string 'y' and list of the string 'x'
            'foo' >= 1.0 => refused: '>=' cannot order the string 'foo' and double
            """#,
        dynamic: #"""
            dyn(1) < 2.0 => true
            dyn(1.0) < 2 => true
            dyn(1) < 1.0 => false
            dyn(1.0) < 1 => false
            dyn(9223372036854775807) < 9223372036854777857.0 => true
            dyn(9223372036854775807) < -9223372036854777857.0 => false
            dyn(-9223372036854775808) < -9223372036854775809.0 => false
            dyn(9223372036854775808.0) < 9223372036854775807 => false
            dyn(-9223372036854775809.0) < -9223372036854775808 => false
            dyn(2) > 1.0 => true
            dyn(2.0) > 1 => true
            dyn(1) > 1.0 => false
            dyn(1.0) > 1 => false
            dyn(9223372036854775807) > 9223372036854775808.0 => false
            dyn(-9223372036854775808) > -9223372036854775809.0 => false
            dyn(-9223372036854775808) > -9223372036854777857.0 => true
            dyn(-9223372036854775809.0) > -9223372036854775808 => false
            dyn(1) <= 2.0 => true
            dyn(1.0) <= 2 => true
            dyn(2) <= 1.0 => false
            dyn(2.0) <= 1 => false
            dyn(9223372036854775807) <= 9223372036854775808.0 => true
            dyn(-9223372036854775808) <= -9223372036854775809.0 => true
            dyn(-9223372036854775808) <= -9223372036854777857.0 => false
            dyn(-9223372036854775809.0) <= -9223372036854775808 => true
            dyn(2) >= 1.0 => true
            dyn(2.0) >= 1 => true
            dyn(0) >= 1.0 => false
            dyn(0.0) >= 1 => false
            dyn(9223372036854775807) >= 9223372036854777857.0 => false
            dyn(-9223372036854775808) >= -9223372036854775809.0 => true
            dyn(-9223372036854775808) >= -9223372036854777857.0 => true
            dyn(9223372036854775808.0) >= 9223372036854775807 => true
            dyn(-9223372036854775809.0) >= -9223372036854775808 => true
            """#)
}
