/// What `--help` prints.
enum Help {
    static var text: String {
        let width = ConfigurationKey.all.map(\.name.count).max() ?? 0
        let keys = ConfigurationKey.all.map { key in
            let name = key.name + String(repeating: " ", count: width - key.name.count)
            return "  \(name)  \(key.help)\(key.standard.isEmpty ? "" : " [\(key.standard)]")"
        }
        return """
            ollama-openai-proxy: serves clients of OpenAI's chat completions and Responses, of Anthropic Messages and of
            Ollama's API, from Ollama's native /api/chat or from vendors' chat completions (MODELS_FILE).

              ollama-openai-proxy            serve
              ollama-openai-proxy --demo     serve with a built-in stand-in for Ollama, to try the wiring
              ollama-openai-proxy --check    print the configuration and whether Ollama and the vendors answer
              ollama-openai-proxy --claude-env [MODEL]
                                             print what Claude Code needs in its environment to ask this for MODEL
              ollama-openai-proxy --health   ask a running server for /health; for container health checks
              ollama-openai-proxy --version

            Environment (default in brackets):
            \(keys.joined(separator: "\n"))
            """
    }
}
