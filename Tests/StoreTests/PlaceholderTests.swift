import Testing

@Test func `the StoreTests target builds`() {}
