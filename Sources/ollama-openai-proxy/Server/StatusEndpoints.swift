/// What those ask who watch the server.
extension Router {
    /// The process serves; asks nobody.
    static let health = HTTPResponse.json(.ok, ByteBuffer(#"{"status":"ok"}"#))

    /// Ollama answers, or there are vendors and nobody expects it; 503 and why, when it does not.
    func readiness() async -> HTTPResponse {
        do throws(ChatError) {
            let version = try upstreams.ollama.decodeVersion(try await upstreams.ask("/api/version", policy))
            upstreams.ollamaClient.noteConnected()
            return readiness(.ok, "ready", "ollama_version", version)
        } catch {
            guard upstreams.expectsOllama else { return readiness(.ok, "ready", "without_ollama", error.message) }
            return readiness(.serviceUnavailable, "unavailable", "reason", error.message)
        }
    }

    private func readiness(_ status: HTTPStatus, _ word: String, _ name: StaticString, _ detail: String) -> HTTPResponse {
        let circuits = upstreams.all.map { (name: $0.name, state: $0.breaker.state.rawValue) }
        let body = JSONWriter.object { json in
            json.members(["status": word, name: detail, "circuit": circuits[0].state])
            guard circuits.count > 1 else { return }
            json.object("vendor_circuits") { json in
                for vendor in circuits.dropFirst() {
                    json.name(escaping: vendor.name)
                    json.string(vendor.state)
                }
            }
        }
        return .json(status, body)
    }

    /// - Parameter exposition: in Prometheus' text format.
    static func metrics(_ exposition: ByteBuffer) -> HTTPResponse {
        var response = HTTPResponse(status: .ok, body: exposition)
        response.fields.append("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
        return response
    }
}
