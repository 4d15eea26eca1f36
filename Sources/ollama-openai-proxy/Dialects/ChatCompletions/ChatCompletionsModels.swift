/// The model list as OpenAI writes it (`GET /v1/models`).
extension ChatCompletionsDialect {
    /// `data` is an empty array when there are no models; Ollama's own `/v1` says null, on which clients fail.
    func encode(_ models: [ModelDescription]) -> ByteBuffer {
        JSONWriter.object { json in
            json.member("object", "list")
            json.array("data") { json in for model in models { json.object { json in write(model, to: &json) } } }
        }
    }

    func encode(_ model: ModelDescription) -> ByteBuffer { JSONWriter.object { json in write(model, to: &json) } }

    private func write(_ model: ModelDescription, to json: inout JSONWriter) {
        json.member("id", model.name)
        json.member("object", "model")
        json.member("created", model.created)
        json.member("owned_by", model.owner)
    }
}
