import GRDB
import JSONValue
import Store

extension SQLiteStore {
    package func reconcileEndpoints(_ endpoints: [EndpointRow]) async throws {
        let names = try Stored.texts(endpoints.map(\.name))
        try await write { transaction in
            try transaction.db.run(
                "DELETE FROM endpoints WHERE name NOT IN (SELECT value FROM json_each(?))", [names])
            for endpoint in endpoints { try transaction.put(endpoint) }
        }
    }

    package func setDrained(_ isDrained: Bool, endpoint: String) async throws -> Bool {
        try await write { transaction in
            try transaction.db.run("UPDATE endpoints SET is_drained = ? WHERE name = ?", [isDrained, endpoint]) == 1
        }
    }

    package func set(maxConcurrent: Int?, preference: Int?, endpoint: String) async throws -> Bool {
        let sql = """
            UPDATE endpoints SET max_concurrent = coalesce(?, max_concurrent), preference = coalesce(?, preference)
            WHERE name = ?
            """
        return try await write { transaction in
            try transaction.db.run(sql, [maxConcurrent, preference, endpoint]) == 1
        }
    }

    package func endpoints() async throws -> [EndpointLoad] {
        let sql = """
            SELECT name, endpoints.url, protocol, model, endpoints.capabilities, endpoints.max_concurrent, is_drained,
                input_price, output_price, preference, rate_count, rate_period_us, budget, job_cost, current_load, owner,
                epoch, lease_until
            FROM endpoints JOIN llm_endpoints USING (name) ORDER BY name
            """
        return try await read { db in
            try db.rows(sql) { columns in
                EndpointLoad(
                    endpoint: try EndpointRow(&columns), currentLoad: try columns.int(),
                    owner: try columns.optionalText(), epoch: try columns.int64(),
                    leaseUntil: try columns.optionalTime())
            }
        }
    }

    package func endpointRows() async throws -> [EndpointRow] {
        let sql = """
            SELECT name, url, protocol, model, capabilities, max_concurrent, is_drained, input_price, output_price,
                preference, rate_count, rate_period_us, budget, job_cost
            FROM endpoints ORDER BY name
            """
        return try await read { db in try db.rows(sql) { try EndpointRow(&$0) } }
    }
}

extension Transaction {
    fileprivate func put(_ endpoint: EndpointRow) throws {
        let sql = """
            INSERT INTO endpoints (
                name, url, protocol, model, capabilities, max_concurrent, is_drained, input_price, output_price,
                preference, rate_count, rate_period_us, budget, job_cost)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (name) DO UPDATE SET
                url = excluded.url, protocol = excluded.protocol, model = excluded.model,
                capabilities = excluded.capabilities, max_concurrent = excluded.max_concurrent,
                input_price = excluded.input_price, output_price = excluded.output_price,
                preference = excluded.preference, rate_count = excluded.rate_count,
                rate_period_us = excluded.rate_period_us, budget = excluded.budget, job_cost = excluded.job_cost
            """
        try db.run(
            sql,
            [
                endpoint.name, endpoint.url, endpoint.wireProtocol, endpoint.model,
                try Stored.texts(endpoint.capabilities), endpoint.maxConcurrent, endpoint.isDrained,
                endpoint.inputPrice, endpoint.outputPrice, endpoint.preference, endpoint.rate?.count,
                endpoint.rate?.microseconds, endpoint.budget?.perDay, endpoint.budget?.jobCost,
            ])
    }
}

extension EndpointRow {
    fileprivate init(_ columns: inout Columns) throws {
        self.init(
            name: try columns.text(), url: try columns.text(), wireProtocol: try columns.text(),
            model: try columns.text(), capabilities: try columns.texts(), maxConcurrent: try columns.int(),
            isDrained: try columns.bool(), inputPrice: try columns.int64(), outputPrice: try columns.int64(),
            preference: try columns.int(), rate: try EndpointRate(&columns), budget: try EndpointBudget(&columns))
    }
}

extension EndpointRate {
    fileprivate init?(_ columns: inout Columns) throws {
        let (count, period) = (try columns.optionalInt64(), try columns.optionalInt64())
        guard let count, let period else { return nil }
        self.init(count: Int(count), microseconds: period)
    }
}

extension EndpointBudget {
    fileprivate init?(_ columns: inout Columns) throws {
        let (perDay, jobCost) = (try columns.optionalInt64(), try columns.optionalInt64())
        guard let perDay, let jobCost else { return nil }
        self.init(perDay: perDay, jobCost: jobCost)
    }
}
