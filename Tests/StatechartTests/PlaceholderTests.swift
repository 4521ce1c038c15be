import Testing

@Test func `the StatechartTests target builds`() {}
