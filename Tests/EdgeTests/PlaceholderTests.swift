import Testing

@Test func `the EdgeTests target builds`() {}
