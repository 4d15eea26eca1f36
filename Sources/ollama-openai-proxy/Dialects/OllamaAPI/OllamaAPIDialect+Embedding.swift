extension OllamaAPIDialect {
    /// One request for embeddings, `POST /api/embed` or the older `POST /api/embeddings`, to a vendor that speaks OpenAI's
    /// `POST /embeddings`.
    ///
    /// `options`, `keep_alive` and `truncate` have no counterpart there. Number texts are not touched.
    struct Embedding {
        enum Endpoint: Sendable { case embed, embeddings }

        /// As the client named it.
        let model: String
        private let endpoint: Endpoint
        private let input: JSONValue
        private let dimensions: Int?

        init(_ body: RequestBody, _ endpoint: Endpoint) throws(ChatError) {
            self.endpoint = endpoint
            model = try body.model()
            dimensions = try body["dimensions"]?.integer(in: 1...Int.max)
            let name: StaticString = endpoint == .embed ? "input" : "prompt"
            let input = try body.required(name)
            if endpoint == .embed, input.value.kind == .array {
                for text in try input.array() { _ = try text.text() }
            } else {
                _ = try input.text()
            }
            guard !body.isEmpty("\(name)") else { throw input.mistake("must not be empty.") }
            self.input = input.value
        }

        /// The body of the vendor's request.
        func body(upstreamModel: String) -> [UInt8] {
            JSONWriter.object(["model": upstreamModel, "input": input, "dimensions": dimensions]).array
        }

        /// The reply to the client, of the body of the vendor's. Throws a 502 when that holds no embeddings, or
        /// more than two million numbers (`JSONLimits`).
        func reply(to body: ByteBuffer, elapsed: Duration) throws(ChatError) -> ByteBuffer {
            let root = try? JSONDocument(parsing: body.array).root
            // The vendor may list them in another order than that of the input.
            let listed = (root?["data"]?.elements).map(Array.init) ?? []
            let vectors = listed.enumerated().map { ($1["index"]?.integer ?? $0, $1["embedding"]) }.sorted { $0.0 < $1.0 }.compactMap {
                $1?.kind == .array ? $1 : nil
            }
            guard let first = vectors.first, vectors.count == listed.count else {
                throw ChatError(status: 502, "The vendor's reply holds no embeddings, or too many.", code: .upstreamInvalid)
            }
            guard endpoint == .embed else { return JSONWriter.object(["embedding": first]) }
            return JSONWriter.object([
                "model": model, "embeddings": vectors, "total_duration": Int(elapsed.nanoseconds), "load_duration": 0,
                "prompt_eval_count": root?["usage"]?["prompt_tokens"]?.integer ?? 0,
            ])
        }
    }
}
