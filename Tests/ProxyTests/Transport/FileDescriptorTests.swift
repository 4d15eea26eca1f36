import Foundation
import Testing

@testable import ollama_openai_proxy

struct FileDescriptorTests {
    @Test("This process may have as many descriptors as the system allows")
    func raisesLimit() {
        let resource = Int32(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        #expect(getrlimit(resource, &limit) == 0)
        // Still far more than all tests together need.
        limit.rlim_cur = limit.rlim_max - 1
        #expect(setrlimit(resource, &limit) == 0)
        FileDescriptor.raiseLimit()
        #expect(getrlimit(resource, &limit) == 0)
        #expect(limit.rlim_cur == limit.rlim_max)
    }
}
