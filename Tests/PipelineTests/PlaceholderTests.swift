import Testing

@Test func `the PipelineTests target builds`() {}
