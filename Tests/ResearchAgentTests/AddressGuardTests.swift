import HTTPClient
import HTTPServer
import Testing
import Threads

@Suite struct AddressGuardTests {
    static let privateOnes: [[UInt8]] = [
        [127, 0, 0, 1], [127, 255, 255, 254], [0, 0, 0, 0], [0, 1, 2, 3], [10, 0, 0, 1], [10, 255, 255, 255],
        [100, 64, 0, 1], [100, 127, 255, 255], [169, 254, 169, 254], [172, 16, 0, 1], [172, 31, 255, 255],
        [192, 168, 1, 1], [192, 0, 0, 8], [192, 0, 2, 1], [192, 88, 99, 1], [198, 18, 0, 1], [198, 19, 255, 255],
        [198, 51, 100, 7], [203, 0, 113, 7], [224, 0, 0, 1], [239, 1, 1, 1], [240, 0, 0, 1], [255, 255, 255, 255],
        six("::"), six("::1"), six("::ffff:127.0.0.1"), six("::ffff:8.8.8.8"), six("fe80::1"), six("fd00::1"),
        six("fc00::1"), six("ff02::1"), six("64:ff9b::7f00:1"), six("2002:7f00:1::"), six("2001::1"),
        six("2001:20::1"), six("2001:db8::1"), six("3fff::1"), six("100::1"), [], [127, 0, 0], [1, 2, 3, 4, 5],
    ]
    static let publicOnes: [[UInt8]] = [
        [1, 1, 1, 1], [8, 8, 8, 8], [9, 255, 255, 255], [11, 0, 0, 1], [100, 63, 255, 255], [100, 128, 0, 1],
        [126, 0, 0, 1], [128, 0, 0, 1], [169, 253, 1, 1], [172, 15, 1, 1], [172, 32, 0, 1], [192, 167, 1, 1],
        [198, 17, 1, 1], [198, 20, 1, 1], [223, 255, 255, 1], six("2606:4700::1111"), six("2a00:1450::1"),
        six("2001:4860:4860::8888"),
    ]

    @Test(arguments: privateOnes) func `addresses that not everybody may have are refused`(address: [UInt8]) {
        #expect(!AddressGuard.isPublic(address))
        #expect(!AddressGuard().permits(address, of: "example.org:80"))
    }

    @Test(arguments: publicOnes) func `public addresses are permitted`(address: [UInt8]) {
        #expect(AddressGuard.isPublic(address))
    }

    @Test func `a place of the operator's may have any address, on its port alone`() {
        let guarded = AddressGuard(allowed: ["LocalHost:8080"])
        #expect(guarded.permits([127, 0, 0, 1], of: "localhost:8080"))
        #expect(!guarded.permits([127, 0, 0, 1], of: "localhost:8081"))
        #expect(!guarded.permits([127, 0, 0, 1], of: "127.0.0.1:8080"))
    }

    @Test(arguments: [
        "127.0.0.1", "localhost", "127.1", "0x7f000001", "2130706433", "0177.0.0.1", "[::1]", "[::ffff:127.0.0.1]",
        "0.0.0.0", "169.254.169.254", "10.0.0.1", "100.64.0.1", "[fd00::1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]",
        "any.name.localhost",
    ]) func `no spelling of a private address is connected to`(host: String) async throws {
        let hits = Shared(0)
        let server = try HTTPServer { _ in
            hits.withLock { $0 += 1 }
            return ServerResponse(status: 200, text: "secret")
        }
        let client = HTTPClient(userAgent: "test", addresses: AddressGuard())
        await #expect {
            _ = try await client.send(
                HTTPRequest(url: "http://\(host):\(server.port)/", timeout: .seconds(5), connectTimeout: .seconds(2)))
        } throws: { ($0 as? HTTPClientError)?.code == .forbiddenAddress }
        #expect(hits.value == 0)
        await client.close()
        await server.close()
    }

    @Test func `a client without a guard, and one that may, connect`() async throws {
        let server = try HTTPServer { _ in ServerResponse(status: 200, text: "hello") }
        let place = "127.0.0.1:\(server.port)"
        for client in [
            HTTPClient(userAgent: "test"), HTTPClient(userAgent: "test", addresses: AddressGuard(allowed: [place])),
        ] {
            #expect(try await client.send(HTTPRequest(url: "http://\(place)/")).status == 200)
            await client.close()
        }
        await server.close()
    }

    @Test func `a body that is not wanted is not taken`() async throws {
        let server = try HTTPServer { _ in
            ServerResponse(
                status: 200, headers: [("Content-Type", "application/pdf")], body: .init(repeating: 7, count: 500_000))
        }
        let client = HTTPClient(userAgent: "test")
        let response = try await client.send(
            HTTPRequest(url: "http://127.0.0.1:\(server.port)/", maximumBody: 100) { headers in
                headers["Content-Type"] != "application/pdf"
            })
        #expect(response.status == 200)
        #expect(response.body.isEmpty)
        await client.close()
        await server.close()
    }

    /// Reads the text of an IPv6 address with at most one `::`; a last part in IPv4's form counts as two groups.
    static func six(_ text: String) -> [UInt8] {
        func groups(_ part: Substring) -> [UInt8] {
            part.split(separator: ":").flatMap { group -> [UInt8] in
                if group.contains(".") { return group.split(separator: ".").compactMap { UInt8($0) } }
                let value = UInt16(group, radix: 16) ?? 0
                return [UInt8(value >> 8), UInt8(value & 255)]
            }
        }
        guard let gap = text.firstRange(of: "::") else { return groups(text[...]) }
        let (head, tail) = (groups(text[..<gap.lowerBound]), groups(text[gap.upperBound...]))
        return head + [UInt8](repeating: 0, count: 16 - head.count - tail.count) + tail
    }
}
