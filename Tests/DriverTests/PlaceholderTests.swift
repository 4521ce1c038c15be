import Testing

@Test func `the DriverTests target builds`() {}
