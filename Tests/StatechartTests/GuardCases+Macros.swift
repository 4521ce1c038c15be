/// `all`, `exists`, `exists_one`, `filter`, `map`.
extension GuardCases {
    static let macros = GuardCases(
        "macros",
        typed: #"""
            [1, 2, 3].exists(e, e > 0) => true
            [1, 2, 3].exists(e, e == 2) => true
            [1, 2, 3].exists(e, e > 3) => false
            [1, 'foo', 3].exists(e, e != '1') => true
            [1, 'foo', 3].exists(e, e == '10') => false
            [1, 2, 3].exists(e, e / 0 == 17) => error: division by zero
            [].exists(e, e == 2) => false
            {'key1':1, 'key2':2}.exists(k, k == 'key2') => true
            !{'key1':1, 'key2':2}.exists(k, k == 'key3') => true
            [1, 2, 3].all(e, e > 0) => true
            [1, 2, 3].all(e, e == 2) => false
            [1, 2, 3].all(e, e == 17) => false
            [1, 'foo', 3].all(e, e == 1) => false
            [1, 'foo', 3].all(e, e % 2 == 1) => error: string % int has no meaning
            [1, 2, 3].all(e, 6 / (2 - e) == 6) => false
            [1, 2, 3].all(e, e / 0 != 17) => error: division by zero
            [].all(e, e > 0) => true
            {'key1':1, 'key2':2}.all(k, k == 'key2') => false
            [].exists_one(a, a == 7) => false
            [7].exists_one(a, a == 7) => true
            [8].exists_one(a, a == 7) => false
            [1, 2, 3].exists_one(x, x > 20) => false
            [6, 7, 8].exists_one(foo, foo % 5 == 2) => true
            [0, 1, 2, 3, 4].exists_one(n, n % 2 == 1) => false
            ['foal', 'foo', 'four'].exists_one(n, n.startsWith('fo')) => false
            [3, 2, 1, 0].exists_one(n, 12 / n > 1) => error: division by zero
            [].map(n, n / 2) => []
            [3].map(n, n * n) => [9]
            [2, 4, 6].map(n, n / 2) => [1, 2, 3]
            [2, 1, 0].map(n, 4 / n) => error: division by zero
            {'John': 'smart'}.map(key, key) == ['John'] => true
            [].filter(n, n % 2 == 0) => []
            [2].filter(n, n == 2) => [2]
            [1].filter(n, n > 3) => []
            [1, 2, 3].filter(e, e > 3) => []
            [0, 1, 2, 3, 4].filter(x, x % 2 == 1) => [1, 3]
            [1, 2, 3].filter(n, n > 0) => [1, 2, 3]
            [3, 2, 1, 0].filter(n, 12 / n > 4) => error: division by zero
            ['signer'].filter(signer, ['artifact'].all(artifact, true)) => ["signer"]
            ['signer'].all(signer, ['artifact'].all(artifact, true)) => true
            [1, 2, 3].map(n, n > 1, n * n) => [4, 9]
            [1, 0, 2].map(n, 4 / n > 2, n) => error: division by zero
            [1, 2].map(n, [3, 4].map(m, n * m)) => [[3, 4], [6, 8]]
            {'a': 1, 'b': 2}.map(k, k + '!') => ["a!", "b!"]
            {'a': 1}.exists_one(k, k == 'a') => true
            {'a': 1}.filter(k, true) => ["a"]
            [1, 'a'].all(x, x == 1 || x == 'a') => true
            [1, 0].all(x, 1 / x > 5) => false
            1.all(x, true) => refused: 'all' works on lists and maps, found int
            (1).all(x, true) => refused: 'all' works on lists and maps, found int
            [1].all(x, 1) => refused: expected bool, found int
            [1].all(true, true) => refused: 'all' takes a variable
            [1].filter(x, y, true) => refused: 'filter' takes a variable
            [1].map(x, now) => refused: a timestamp cannot be stored
            [1].map(x, [1].map(y, [1].map(z, 1))) => refused: 'map' is nested more than 2
            """#)
}
