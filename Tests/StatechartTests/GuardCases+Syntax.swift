/// Depth, repetition and reserved words.
extension GuardCases {
    static let syntax = GuardCases(
        "syntax",
        typed: #"""
            size([[[[[[[[[[[[0]]]]]]]]]]]]) => 1
            3 - 3 + 3 - 3 + 3 - 3 + 3 - 3 + 3 - 3 + 3 - 3 + 3 - 3 + 3 - 3 + 3 - 3 + 3 - 3 + 3 - 3 + 3 - 3 + 3 => 3
            4 * 4 / 4 * 4 / 4 * 4 / 4 * 4 / 4 * 4 / 4 * 4 / 4 * 4 / 4 * 4 / 4 * 4 / 4 * 4 / 4 * 4 / 4 * 4 / 4 => 4
            !!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!true => true
            --------------------------------19 => 19
            [[[[[[[[[[[['foo']]]]]]]]]]]][0][0][0][0][0][0][0][0][0][0][0][0] => "foo"
            { 'as': 1 }.as => 1
            { 'break': 1 }.break => 1
            { 'const': 1 }.const => 1
            { 'continue': 1 }.continue => 1
            { 'else': 1 }.else => 1
            { 'for': 1 }.for => 1
            { 'function': 1 }.function => 1
            { 'if': 1 }.if => 1
            { 'import': 1 }.import => 1
            { 'let': 1 }.let => 1
            { 'loop': 1 }.loop => 1
            { 'package': 1 }.package => 1
            { 'namespace': 1 }.namespace => 1
            { 'return': 1 }.return => 1
            { 'var': 1 }.var => 1
            { 'void': 1 }.void => 1
            { 'while': 1 }.while => 1
            1 // a comment => 1
            // one␤1 + // two␤2 => 3
            1 +␤ 2 => refused: ' ' has no meaning
            'a' // 'b'␤+ 'c' => "ac"
            if => refused: 'if' is a reserved word
            while(1) => refused: 'while' is a reserved word
            [1].all(for, true) => refused: 'for' is a reserved word
            {'a': 1}.in => refused: expected the name of a member
            {'a': 1}.true => refused: expected the name of a member
            true ? true ? 1 : 2 : 3 => refused: expected ':'
            true ? (true ? 1 : 2) : 3 => 1
            false ? 1 : true ? 2 : 3 => 2
            1 < 2 == true => true
            !true == false => true
            -1.5 => -1.5
            - 1 => -1
            1 - - 1 => 2
            [1, 2,] => [1, 2]
            {'a': 1,} => {"a": 1}
            size([1],) => refused: expected a value, found ')'
            (1 => refused: expected ')', found the end
            1) => refused: expected an operator or the end
            [1 => refused: expected ']'
            {'a' 1} => refused: expected ':'
            {'a': 1, 'a': 2} => refused: the key 'a' comes twice
            1 + => refused: expected a value, found the end
            a..b => refused: expected the name of a member
            """#)
}
