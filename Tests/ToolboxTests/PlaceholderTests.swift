import Testing

@Test func `the ToolboxTests target builds`() {}
