// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "ollama-openai-proxy",
    platforms: [.macOS(.v15)],
    targets: [
        // Two system headers that `import Glibc` does not show; a module map, no code.
        .systemLibrary(name: "CEpoll"),
        .executableTarget(
            name: "ollama-openai-proxy",
            dependencies: [.target(name: "CEpoll", condition: .when(platforms: [.linux]))],
            // Everything is on one thread, and the tests run with the checks on; they were a ninth of an event's cost.
            swiftSettings: [.unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release))]
        ),
        .testTarget(
            name: "ProxyTests",
            dependencies: ["ollama-openai-proxy"],
            exclude: ["Golden"]
        ),
    ]
)
