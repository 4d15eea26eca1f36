/// The model list as OpenAI writes it (`GET /v1/models`).
extension ChatCompletionsDialect {
    /// `data` is an empty array when there are no models; Ollama's own `/v1` says null, on which clients fail.
    func encode(_ models: [ModelDescription]) -> ByteBuffer { JSONWriter.object(["object": "list", "data": models.map(object)]) }

    func encode(_ model: ModelDescription) -> ByteBuffer { JSONWriter.object(object(model)) }

    private func object(_ model: ModelDescription) -> JSONObject {
        ["id": model.name, "object": "model", "created": model.created, "owned_by": model.owner]
    }
}
