/// Texts: methods, joining, sizes.
extension GuardCases {
    static let strings = GuardCases(
        "strings",
        typed: #"""
            size('') => 0
            size('A') => 1
            size('ÿ') => 1
            size('four') => 4
            size('πέντε') => 5
            'foobar'.startsWith('foo') => true
            'foobar'.startsWith('bar') => false
            ''.startsWith('foo') => false
            'foobar'.startsWith('') => true
            ''.startsWith('') => true
            'завтра'.startsWith('за') => true
            '🐱😀😛'.startsWith('🐱') => true
            'foobar'.endsWith('bar') => true
            'foobar'.endsWith('foo') => false
            ''.endsWith('foo') => false
            'foobar'.endsWith('') => true
            ''.endsWith('') => true
            'forté'.endsWith('té') => true
            '🐱😀😛'.endsWith('😛') => true
            'he' + 'llo' => "hello"
            'hello' + ' ' == 'hello' => false
            '' + 'abc' => "abc"
            'abc' + '' => "abc"
            '' + '' => ""
            '¢' + 'ÿ' + 'Ȁ' => "¢ÿȀ"
            'r' + 'ô' + 'le' => "rôle"
            'a' + 'ÿ' + '🐱' => "aÿ🐱"
            '' + 'Ω' + '' => "Ω"
            'hello'.contains('he') => true
            'hello'.contains('') => true
            'hello'.contains('ol') => false
            'abababc'.contains('ababc') => true
            'Straße'.contains('aß') => true
            '🐱😀😁'.contains('😀') => true
            ''.contains('something') => false
            ''.contains('') => true
            'e\u0301'.contains('e') => true
            '\u00e9'.contains('e') => false
            size('e\u0301') => 2
            size('🐱'.size() == 1 ? 'ab' : '') => 2
            'abc'.startsWith('abcd') => false
            'aab'.contains('ab') => true
            'aabaaab'.contains('aaab') => true
            'a'.matches('a') => refused: there is no method 'matches'
            (1).contains('1') => refused: 'contains' works on strings
            'a'.contains(1) => refused: 'contains' works on strings
            'a'.contains() => refused: 'contains' takes one argument, found 0
            size(1) => refused: int has no size
            size(null) => refused: null has no size
            'a'.size(1) => refused: '.size()' takes no arguments
            """#)
}
