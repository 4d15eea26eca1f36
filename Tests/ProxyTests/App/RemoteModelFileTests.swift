import Foundation
import Testing

@testable import ollama_openai_proxy

@Suite("The file of models that are made by request")
struct RemoteModelFileTests {
    private static let settings = ["OLLAMA_REMOTES": "api.example,127.0.0.1:8080,localhost:1", "REMOTE_MODELS_KEY": "admin"]

    @EventLoop private static func store(_ more: [String: String] = [:]) throws(ConfigurationError) -> RemoteModelFile? {
        try RemoteModelFile(Configuration(settings.merging(more) { $1 }), Log(level: .error, format: .text))
    }

    private static func model(_ host: String, name: String = "m", more: String = "") throws -> RemoteModel {
        let text = #"{"model":\#(name.quoted),"from":"f","remote_host":"\#(host)"\#(more)}"#
        return try RemoteModel(RequestBody(parsing: Array(text.utf8)))
    }

    private static func outcome(_ host: String) async throws -> Int? {
        let model = try model(host)
        return await onLoop {
            do { try Self.store()?.create(model) } catch { return (error as? ChatError)?.status ?? 0 }
            return nil
        }
    }

    @Test(
        "Only hosts that the operator named are asked, over https unless they are this machine",
        arguments: [
            ("https://api.example/v1", nil), ("https://API.example:443/v1", nil), ("http://127.0.0.1:8080/v1", nil),
            ("http://localhost:1/v1", nil), ("http://api.example/v1", 400), ("https://api.example:8443/v1", 403),
            ("https://sub.api.example/v1", 403), ("https://api.example.evil/v1", 403), ("https://127.0.0.1/v1", 403),
            ("https://u:p@api.example/v1", 400), ("ftp://api.example", 400), ("https://api.example/../v1", 400),
        ] as [(String, Int?)])
    func hosts(host: String, status: Int?) async throws { #expect(try await Self.outcome(host) == status) }

    @Test(
        "What would be lost is a mistake",
        arguments: [#","system":"x""#, #","parameters":{}"#, #","remote_type":"ollama""#, #","stream":1"#])
    func unknown(more: String) throws {
        #expect(throws: ChatError.self) {
            _ = try Self.model("https://api.example/v1", more: more)
            if more.contains("stream") { throw ChatError(status: 400, "read by the endpoint") }
        }
        #expect(throws: ChatError.self) { try Self.model("https://api.example/v1", name: "a*") }
    }

    @Test("A model is there again after a restart, with its key, in a file that only its owner reads")
    func restart() async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).json").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let more = ["REMOTE_MODELS_FILE": path]
        let model = try Self.model("https://api.example/v1", name: "ä \"m\"", more: #","remote_api_key":"sk-1""#)
        let other = try Self.model("http://127.0.0.1:8080/v1", name: "n")
        try await onLoop { Result { for model in [model, other] { try Self.store(more)?.create(model) } } }.get()
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        #expect(!FileManager.default.fileExists(atPath: path + ".new"))
        let table = try await onLoop { Result { try Self.store(more)?.table(behind: ModelTable()) } }.get()
        #expect(table?.routes.map(\.name) == ["n", "ä \"m\""])
        let dialect = table?.route(for: "ä \"m\"")?.vendor?.dialect
        #expect(dialect?.secrets == ["sk-1"])
        #expect(dialect?.host == "api.example" && dialect?.basePath == "/v1")
        #expect(table?.vendors["remote:ä \"m\""]?.refusesPrivate == true)

        // The operator takes a host back: its model stays in the file and is not served.
        let narrowed = more.merging(["OLLAMA_REMOTES": "127.0.0.1:8080"]) { $1 }
        let (names, warnings) = try await onLoop {
            Result {
                let store = try Self.store(narrowed)
                return (store?.table(behind: ModelTable()).routes.map(\.name), store?.warnings ?? [])
            }
        }.get()
        #expect(names == ["n"])
        #expect(warnings.count == 1)
    }

    @Test("What cannot be written is an error, and changes nothing; a file that cannot be read stops the start")
    func unwritable() async throws {
        let model = try Self.model("https://api.example/v1")
        let (status, count) = try await onLoop {
            Result {
                let store = try Self.store(["REMOTE_MODELS_FILE": "/nowhere/at/all.json"])
                do throws(ChatError) { try store?.create(model) } catch {
                    return (error.status, store?.table(behind: ModelTable()).routes.count)
                }
                return (0, nil)
            }
        }.get()
        #expect(status == 500 && count == 0)

        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).json").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try #"{"models":{"m":{"upstream":"x"}}}"#.write(toFile: path, atomically: true, encoding: .utf8)
        let failure = await onLoop { Result { try Self.store(["REMOTE_MODELS_FILE": path]) != nil } }
        #expect(throws: ConfigurationError.self) { try failure.get() }
    }

    @Test("What could not be read again is not kept")
    func size() async throws {
        let text = #"{"model":"m","from":"\#(String(repeating: "x", count: 1 << 20))","remote_host":"https://api.example/v1"}"#
        let model = try RemoteModel(RequestBody(parsing: Array(text.utf8)))
        let status = await onLoop { () -> Int in
            do { try Self.store()?.create(model) } catch { return (error as? ChatError)?.status ?? 0 }
            return 200
        }
        #expect(status == 507)
    }

    @Test("The administrator's key is none of the clients'")
    func keys() {
        #expect(throws: ConfigurationError.self) { try Configuration(["REMOTE_MODELS_KEY": "a", "PROXY_API_KEYS": "b,a"]) }
    }

    @Test("The operator's own models come first, and keep their names")
    func order() async throws {
        let model = try Self.model("https://api.example/v1", name: "taken")
        let names = try await onLoop {
            Result {
                let store = try Self.store()
                try store?.create(model)
                var others = ModelTable()
                others.routes = [ModelRoute("tak*")]
                return store?.table(behind: others).routes.map(\.name)
            }
        }.get()
        #expect(names == ["tak*"])
    }
}
