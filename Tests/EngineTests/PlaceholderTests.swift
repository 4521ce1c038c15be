import Testing

@Test func `the EngineTests target builds`() {}
