/// Lists and `in`.
extension GuardCases {
    static let lists = GuardCases(
        "lists",
        typed: #"""
            'empty' in [] => false
            'elem' in [1, 'elem', 2] => true
            'empty' in {} => false
            'key' in {'key':'1', 'other':'2'} => true
            'key' in {'lock':1, 'gate':2} => false
            [0, 1, 2] + [3, 4, 5] == [0, 1, 2, 3, 4, 5] => true
            [0, 1, 2] + [3, 4, 5] == [3, 4, 5, 0, 1, 2] => false
            [2] + [2] => [2, 2]
            [] + [] => []
            [] + [3, 4] => [3, 4]
            [1, 2] + [] => [1, 2]
            [7, 8, 9][0] => 7
            ['foo'][0] => "foo"
            [0, 1, 1, 2, 3, 5, 8, 13][4] => 3
            ['George', 'John', 'Paul', 'Ringo'][3] => "Ringo"
            [1, 2, 3][3] => error: the list has no element 3, it has 3
            7 in [] => false
            3 in [5, 4, 3, 2, 1] => true
            size([]) => 0
            size([1, 2, 3]) => 3
            size({}) => 0
            """#,
        dynamic: #"""
            'elem' in ['elem', 'elemA', 'elemB'] => true
            'not' in ['elem1', 'elem2', 'elem3'] => false
            [7, 8, 9][dyn(0.0)] => 7
            [7, 8, 9][dyn(0.1)] => error: the list has no element 0.1, it has 3
            dyn([1, 2, 3][3]) || false => error: the list has no element 3, it has 3
            dyn([1, 2, 3][3]) || true => true
            dyn([1, 2, 3][3]) && false => false
            dyn([1, 2, 3][3]) && true => error: the list has no element 3, it has 3
            [1, 2, 3][dyn('')] => error: expected a map with the member '', found list
            dyn([1, 2, 3][dyn('')]) || false => error: expected a map with the member '', found list
            dyn([1, 2, 3][dyn('')]) || true => true
            dyn([1, 2, 3][dyn('')]) && false => false
            dyn([1, 2, 3][dyn('')]) && true => error: expected a map with the member '', found list
            'alpha' in ['alpha', 'beta', 'gamma'] => true
            dyn(3.0) in [5, 4, 3, 2, 1] => true
            dyn(3) in [5.0, 4.0, 3.0, 2.0, 1.0] => true
            'hawaiian' in ['meat', 'veggie', 'margarita', 'cheese'] => false
            """#)
}
