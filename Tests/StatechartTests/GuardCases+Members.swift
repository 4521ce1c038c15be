/// Members of maps, present and absent.
extension GuardCases {
    static let members = GuardCases(
        "members",
        typed: #"""
            context.x.name where {"x": {"name": 1024}} => 1024
            {0:1,2:2,5:3}[1] => refused: expected a string literal as the key of a map
            context.x.name where {"x": {"holiday": "field"}} => error: there is no member 'name'
            {'n':'x'}['n'] => "x"
            {'map': {'k': 'v'}}['map'] => {"k": "v"}
            {'map': {'k': 'v'}, 'list': [1]}['map'] => {"k": "v"}
            context.a.b.pancakes where {"a.b": ["pancakes"]} => refused: 'context' has no member 'a'; expected one of a.
            context.a.pancakes where {"a": 15} => refused: int has no members, so no 'pancakes'
            {3.3:15.15, 1.0: 5}[1.0] => refused: expected a string literal as the key of a map
            {null:false}[null] => refused: expected a string literal as the key of a map
            {true:1,false:2,true:3}[true] => refused: expected a string literal as the key of a map
            'George' in {'John': 'smart', 'Paul': 'cute', 'George': 'quiet', 'Ringo': 'funny'} => true
            'spider' in {'ant': 6, 'fly': 6, 'centipede': 100} => false
            [0].exists(y, y == 0) => true
            [{'z': 0}].exists(y, y.z == 0) => true
            """#,
        dynamic: #"""
            dyn({0:1,2:2,5:3}[1]) || false => refused: expected a string literal as the key of a map
            dyn({0:1,2:2,5:3}[1]) && true => refused: expected a string literal as the key of a map
            dyn(x.name) || false where {"x": {"holiday": "field"}} => error: there is no member 'name'
            dyn(x.name) || true where {"x": {"holiday": "field"}} => true
            dyn(x.name) && false where {"x": {"holiday": "field"}} => false
            dyn(x.name) && true where {"x": {"holiday": "field"}} => error: there is no member 'name'
            has({}.a) => false
            7 in {} => false
            [{'z': 0}].exists(y, y.z == 0) where {"y.z": 42} => true
            """#)
}
