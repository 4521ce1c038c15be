/// What equals what.
extension GuardCases {
    static let equality = GuardCases(
        "equality",
        typed: #"""
            1 == 1 => true
            -1 == 1 => false
            1.0 == 1.0e+0 => true
            -1.0 == 1.0 => false
            0.0/0.0 == 0.0/0.0 => false
            '' == "" => true
            'abc' == r'abc' => true
            'ίσος' == 'ίσος' => true
            'Am\u00E9lie' == 'Ame\u0301lie' => false
            null == null => true
            true == true => true
            false == true => false
            [] == [] => true
            [null] == [null] => true
            ['1', '2', null] == ['1', '2', '3'] => false
            [1, 2, 3] == [1, 2, 3] => true
            [1, 2, 3] == [1, 3, 2] => false
            [1, 'dos', 3] == [1, 2, 4] => false
            {} == {} => true
            {'k': null} == {'k': null} => true
            {'k': 1, 'j': 2} == {'k': 1, 'j': null} => false
            {'k':'v'} == {"k":"v"} => true
            {'k':1.0} == {'k':1e+0} => true
            {'k':'v'} == {'k':'v1'} => false
            {'k':'v','k1':'v1'} == {'k':'v'} => false
            {'k1':'v1','k2':'v2'} == {'k2':'v2','k1':'v1'} => true
            {'key':'value'} == {'Key':'value'} => false
            {'k1': 1, 'k2': 'dos', 'k3': 3} == {'k1': 1, 'k2': 2, 'k3': 4} => false
            1.0 == 1 => true
            [1, 2, null] == [1, null, 3] => false
            24 != 42 => true
            1 != 1 => false
            9.0e+3 != 9001.0 => true
            0.0/0.0 != 0.0/0.0 => true
            1.0 != 1e+0 => false
            'abc' != 'abc' => false
            'ίδιο' != 'ίδιο' => false
            false != true => true
            true != true => false
            null != null => false
            [] != [1] => true
            [] != [] => false
            [true, false, true] != [true, true, false] => true
            [false, true] != [false, true] => false
            [[]] != [[]] => false
            {'k':'v'} != {'k':'v1'} => true
            {'k':true} != {'k1':true} => true
            123 <= context.x where {"x": 124} => true
            false < context.x where {"x": true} => true
            context.x != 9.8 where {"x": 9.8} => false
            context.x == null where {"x": null} => true
            [1, 2] == context.x where {"x": [2, 1]} => false
            'abcd' >= context.x where {"x": "abc"} => true
            null < context.x where {"x": null} => refused: '<' cannot order null and null
            """#,
        dynamic: #"""
            dyn(1) == 1.0 => true
            dyn(2) == 1.0 => false
            dyn(1) == 0.0/0.0 => false
            dyn(1.0) == 1 => true
            dyn(2.0) == 1 => false
            'abc' == 'ABC' => false
            'a' == 'à' => false
            ['case'] == ['cAse'] => false
            ['one'] == [2, 3] => false
            [1] == [1.0] => true
            dyn(false) == null => false
            dyn(2.1) == null => false
            dyn(duration('0s')) == null => false
            dyn(1) == null => false
            dyn([]) == null => false
            dyn({}) == null => false
            dyn('') == null => false
            dyn(timestamp(0)) == null => false
            dyn(1) == 2.0 => false
            dyn(1.0) == 2 => false
            dyn(24) != 24.1 => true
            dyn(1) != 1.0 => false
            dyn(1) != 0.0/0.0 => true
            dyn(9000) != 9001.0 => true
            dyn(1) != 1e+0 => false
            'abc' != '' => true
            'résumé' != 'resume' => true
            """#)
}
