import Testing

@testable import ollama_openai_proxy

@Suite("What an upstream quotes of our keys is told nobody", .onOwnThreads)
struct SecretTests {
    private static let key = "operators-own-key"
    private static let field = "a tenant's other secret"

    private func table(vendor port: Int) throws -> ModelTable {
        let text = """
            {"upstreams":{"shop":{"base_url":"http://127.0.0.1:\(port)/v1","api_key_env":"KEY",
             "headers":{"X-Tenant":"\(Self.field)"}}},"models":{"m":{"upstream":"shop"}}}
            """
        return try ModelsFile(text, environment: ["KEY": Self.key]).table
    }

    @Test(
        "Before a reply, within one, and in what cannot be read",
        arguments: [
            ScriptedUpstream.Step.whole(#"{"error":{"message":"bad key \#(Self.key) of \#(Self.field)"}}"#, status: 418),
            .whole("Bearer \(Self.key), X-Tenant: \(Self.field)\n"),
            .whole(#"data: {"error":{"message":"\#(Self.key), \#(Self.field)","code":418}}"# + "\n\n"),
        ])
    func everywhere(answer: ScriptedUpstream.Step) async throws {
        let upstream = try ScriptedUpstream(answer)
        let proxy = try await TestProxy(upstream: 1, table: try table(vendor: upstream.port))
        for (index, api) in CallingAPI.allCases.enumerated() {
            let reply = try await api.ask(proxy, .nothing, stream: index.isMultiple(of: 2))
            #expect(reply.body.contains("[key]") && !reply.body.contains(Self.key) && !reply.body.contains(Self.field))
            let record = try #require(await proxy.record(index))
            #expect(record.error?.message.contains(Self.key) == false)
        }
    }
}
