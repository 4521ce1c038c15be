import Testing

@Test func `the TidyTests target builds`() {}
