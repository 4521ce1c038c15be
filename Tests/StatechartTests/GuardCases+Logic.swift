/// `&&`, `||`, `!`, `? :` and the errors that they absorb.
extension GuardCases {
    static let logic = GuardCases(
        "logic",
        typed: #"""
            true ? 1 : 2 => 1
            false ? 'foo' : 'bar' => "bar"
            2 / 0 > 4 ? 'baz' : 'quux' => error: division by zero
            'cows' ? false : 17 => refused: expected bool, found the string 'cows'
            true && true => true
            false && false => false
            false && true => false
            true && false => false
            false && (2 / 0 > 3 ? false : true) => false
            (2 / 0 > 3 ? false : true) && false => false
            true && 1/0 != 0 => error: division by zero
            1/0 != 0 && true => error: division by zero
            'less filling' && 'tastes great' => refused: expected bool, found the string 'less filling'
            true || true => true
            false || false => false
            false || true => true
            true || false => true
            true || (2 / 0 > 3 ? false : true) => true
            (2 / 0 > 3 ? false : true) || true => true
            false || 1/0 != 0 => error: division by zero
            1/0 != 0 || false => error: division by zero
            'less filling' || 'tastes great' => refused: expected bool, found the string 'less filling'
            !true => false
            !false => true
            !0 => refused: expected bool, found int
            """#,
        dynamic: #"""
            true ? 'cows' : 17 => "cows"
            false && 32 => false
            'horses' && false => false
            true || 32 => true
            'horses' || true => true
            """#)
}
