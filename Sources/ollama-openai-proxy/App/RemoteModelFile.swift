/// Models that were made by request, with their keys: in memory, and in `REMOTE_MODELS_FILE` in the form of a models file.
@EventLoop final class RemoteModelFile: RemoteModelStore {
    let keys: AccessKeys
    /// `host[:port]` of vendors that models may be made of (`OLLAMA_REMOTES`).
    private let hosts: [String]
    /// `nil`: all is forgotten at the program's end.
    private let path: String?
    private let log: Log
    private var content = Content()
    /// What it says.
    private var table = ModelTable()
    /// The operator's own models, behind which these stand.
    private var others = ModelTable()
    /// Called with all models after a change.
    var onChange: (ModelTable) -> Void = { _ in }

    /// The file's members, each as it is written there.
    private struct Content {
        var upstreams: [String: String] = [:]
        var models: [String: String] = [:]

        init() {}

        init(_ text: String) throws(ChatError) {
            let root = try RequestBody(parsing: Array(text.utf8))
            upstreams = Self.texts(root["upstreams"])
            models = Self.texts(root["models"])
        }

        private static func texts(_ object: Parameter?) -> [String: String] {
            Dictionary(object?.value.members.map { ($0.string ?? "", $1.rawText) } ?? []) { $1 }
        }

        var text: String {
            JSONWriter.object { json in
                for (name, texts) in [("upstreams", upstreams), ("models", models)] as [(StaticString, [String: String])] {
                    json.object(name) { json in
                        for (name, text) in texts.sorted(by: { $0.key < $1.key }) {
                            json.name(escaping: name)
                            json.raw(text: text)
                        }
                    }
                }
            }.text
        }
    }

    /// `nil` when the operator allows no host. Throws when there is a file that cannot be read.
    init?(_ configuration: Configuration, _ log: Log) throws(ConfigurationError) {
        guard !configuration.remoteHosts.isEmpty else { return nil }
        keys = AccessKeys(configuration.remoteModelsKey.map { [$0] } ?? [])
        hosts = configuration.remoteHosts
        path = configuration.remoteModelsFile
        self.log = log
        guard let path, TextFile.exists(path) else { return }
        let key = Settings.declared.remoteModelsFile.key
        let text = try ModelsFile.text(of: path, key)
        do throws(ChatError) {
            content = try Content(text)
            table = try ModelsFile(text, environment: [:], isOwn: true).table
        } catch { throw ConfigurationError(key: key.name, problem: "\(path): \(error.message)") }
    }

    /// What is not served, since its host is no longer allowed.
    var warnings: [String] {
        table.routes.filter { endpoint(of: $0) == nil }.map { "model \($0.name) is not served: OLLAMA_REMOTES does not name its host" }
    }

    /// The operator's own models from now on, and behind them those made by request.
    func table(behind others: ModelTable) -> ModelTable {
        self.others = others
        var all = others
        for route in table.routes where others.route(for: route.name) == nil {
            guard let vendor = route.vendor?.name, let endpoint = endpoint(of: route) else { continue }
            all.routes.append(route)
            all.vendors[vendor] = endpoint
        }
        return all
    }

    func holds(_ name: String) -> Bool { content.models[name] != nil }

    func create(_ model: RemoteModel) throws(ChatError) {
        var content = content
        let upstream = "remote:\(model.name)"
        let auth = model.key == nil ? "none" : nil
        content.upstreams[upstream] =
            JSONWriter.object(["base_url": model.baseURL, "api_key": model.key, "auth": auth]).text
        content.models[model.name] = JSONWriter.object(["upstream": upstream, "model": model.model]).text
        try keep(content)
        log.write(.info, "model made", [("model", .text(model.name)), ("upstream_model", .text(model.model))])
    }

    func delete(_ name: String) throws(ChatError) {
        var content = content
        guard content.models.removeValue(forKey: name) != nil else {
            throw ChatError(status: 404, "model '\(name)' was not made by request", code: .modelNotFound)
        }
        content.upstreams["remote:\(name)"] = nil
        try keep(content)
        log.write(.info, "model removed", [("model", .text(name))])
    }

    /// All or nothing.
    private func keep(_ content: Content) throws(ChatError) {
        let text = content.text
        guard text.utf8.count <= ModelsFile.sizeLimit else {
            throw ChatError(status: 507, "All models made by request together may take 1 MiB; remove some")
        }
        let table = try ModelsFile(text, environment: [:], isOwn: true).table
        for (name, endpoint) in table.vendors where self.table.vendors[name] != endpoint { try check(endpoint) }
        if let path {
            do throws(SystemError) { try TextFile.write(text, to: path) } catch {
                throw ChatError(status: 500, "Nothing has changed: REMOTE_MODELS_FILE: \(error)")
            }
        }
        (self.content, self.table) = (content, table)
        onChange(self.table(behind: others))
    }

    private func check(_ endpoint: UpstreamEndpoint) throws(ChatError) {
        let authority = BaseURL(endpoint: endpoint).authority
        guard allows(endpoint) else {
            throw ChatError(status: 403, "OLLAMA_REMOTES does not name \(authority), so no model is made of it", code: .hostRefused)
        }
        guard endpoint.isSecure || endpoint.isThisMachine else {
            throw .invalid("remote_host", "'remote_host' must begin with https://, unless it is this machine")
        }
    }

    /// `nil`: it may not be asked.
    private func endpoint(of route: ModelRoute) -> UpstreamEndpoint? {
        (route.vendor?.name).flatMap { table.vendors[$0] }.flatMap { allows($0) ? $0 : nil }
    }

    private func allows(_ endpoint: UpstreamEndpoint) -> Bool {
        let authority = BaseURL(endpoint: endpoint).authority
        return hosts.contains(authority) || hosts.contains("\(authority):\(endpoint.port)")
    }
}
