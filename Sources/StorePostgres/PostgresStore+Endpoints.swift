import Postgres
import Store

extension PostgresStore {
    package func reconcileEndpoints(_ endpoints: [EndpointRow]) async throws {
        try await write([
            // In the order of names, which is the order of locks.
            "SELECT count(*) FROM (SELECT FROM endpoints ORDER BY name FOR UPDATE) l",
            "DELETE FROM endpoints WHERE name <> ALL(\(endpoints.map(\.name))::text[])",
            """
            INSERT INTO endpoints (
                name, url, protocol, model, capabilities, max_concurrent, is_drained, input_price, output_price,
                preference, rate_count, rate_period_us, budget, job_cost)
            SELECT x.name, x.url, x.protocol, x.model, x.capabilities::text[], x.max_concurrent, x.is_drained,
                x.input_price, x.output_price, x.preference,
                nullif(x.rate_count, 0), nullif(x.rate_period_us, 0), nullif(x.budget, 0), nullif(x.job_cost, 0)
            FROM unnest(
                \(endpoints.map(\.name))::text[], \(endpoints.map(\.url))::text[],
                \(endpoints.map(\.wireProtocol))::text[], \(endpoints.map(\.model))::text[],
                \(endpoints.map(\.capabilities))::text[], \(endpoints.map(\.maxConcurrent))::bigint[],
                \(endpoints.map(\.isDrained))::boolean[], \(endpoints.map(\.inputPrice))::bigint[],
                \(endpoints.map(\.outputPrice))::bigint[], \(endpoints.map(\.preference))::bigint[],
                -- 0 stands for none.
                \(bigints: endpoints.map { Int64($0.rate?.count ?? 0) }),
                \(bigints: endpoints.map { $0.rate?.microseconds ?? 0 }),
                \(bigints: endpoints.map { $0.budget?.perDay ?? 0 }),
                \(bigints: endpoints.map { $0.budget?.jobCost ?? 0 })
            ) AS x(
                name, url, protocol, model, capabilities, max_concurrent, is_drained, input_price, output_price,
                preference, rate_count, rate_period_us, budget, job_cost)
            ON CONFLICT (name) DO UPDATE SET
                url = excluded.url, protocol = excluded.protocol, model = excluded.model,
                capabilities = excluded.capabilities, max_concurrent = excluded.max_concurrent,
                input_price = excluded.input_price, output_price = excluded.output_price,
                preference = excluded.preference, rate_count = excluded.rate_count,
                rate_period_us = excluded.rate_period_us, budget = excluded.budget, job_cost = excluded.job_cost
            """,
        ])
    }

    package func setDrained(_ isDrained: Bool, endpoint: String) async throws -> Bool {
        try await write("UPDATE endpoints SET is_drained = \(isDrained) WHERE name = \(endpoint)").affected == 1
    }

    package func set(maxConcurrent: Int?, preference: Int?, endpoint: String) async throws -> Bool {
        let sql: SQL = """
            UPDATE endpoints SET max_concurrent = coalesce(\(maxConcurrent)::bigint, max_concurrent),
                preference = coalesce(\(preference)::bigint, preference)
            WHERE name = \(endpoint)
            """
        return try await write(sql).affected == 1
    }

    package func endpoints() async throws -> [EndpointLoad] {
        let sql: SQL = """
            SELECT e.name, e.url, e.protocol, e.model, e.capabilities, e.max_concurrent, e.is_drained, e.input_price,
                e.output_price, e.preference, e.rate_count, e.rate_period_us, e.budget, e.job_cost, l.current_load,
                e.owner, e.epoch, micros_of(e.lease_until) AS lease_until
            FROM endpoints e JOIN llm_endpoints l ON l.name = e.name ORDER BY e.name
            """
        return try await read(sql) { row in
            EndpointLoad(
                endpoint: try EndpointRow(row), currentLoad: try row.int("current_load"),
                owner: try row.optionalString("owner"), epoch: try row.int64("epoch"),
                leaseUntil: try row.optionalTime("lease_until"))
        }
    }

    package func endpointRows() async throws -> [EndpointRow] {
        let sql: SQL = """
            SELECT name, url, protocol, model, capabilities, max_concurrent, is_drained, input_price, output_price,
                preference, rate_count, rate_period_us, budget, job_cost
            FROM endpoints ORDER BY name
            """
        return try await read(sql) { try EndpointRow($0) }
    }
}

extension EndpointRow {
    fileprivate init(_ row: Row) throws {
        self.init(
            name: try row.string("name"), url: try row.string("url"), wireProtocol: try row.string("protocol"),
            model: try row.string("model"), capabilities: try row.strings("capabilities"),
            maxConcurrent: try row.int("max_concurrent"), isDrained: try row.bool("is_drained"),
            inputPrice: try row.int64("input_price"), outputPrice: try row.int64("output_price"),
            preference: try row.int("preference"), rate: try EndpointRate(row), budget: try EndpointBudget(row))
    }
}

extension EndpointRate {
    fileprivate init?(_ row: Row) throws {
        guard let count = try row.optionalInt64("rate_count"), let period = try row.optionalInt64("rate_period_us")
        else { return nil }
        self.init(count: Int(count), microseconds: period)
    }
}

extension EndpointBudget {
    fileprivate init?(_ row: Row) throws {
        guard let perDay = try row.optionalInt64("budget"), let jobCost = try row.optionalInt64("job_cost") else {
            return nil
        }
        self.init(perDay: perDay, jobCost: jobCost)
    }
}
