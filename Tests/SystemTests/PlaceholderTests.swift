import Testing

@Test func `the SystemTests target builds`() {}
