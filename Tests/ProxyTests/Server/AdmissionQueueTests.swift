import Testing

@testable import ollama_openai_proxy

struct AdmissionQueueTests {
    @Test("With a limit of 0 everybody enters and is counted")
    func noLimit() {
        var queue = AdmissionQueue(limit: 0, queueLimit: 0)
        for _ in 0..<100 { #expect(queue.arrive() == .enter) }
        #expect(queue.active == 100)
        for _ in 0..<100 { #expect(queue.leave() == nil) }
        #expect(queue.active == 0)
    }

    @Test("Places go to the one who has waited longest")
    func fair() {
        var queue = AdmissionQueue(limit: 2, queueLimit: 3)
        #expect(queue.arrive() == .enter)
        #expect(queue.arrive() == .enter)
        #expect((1...3).map { _ in queue.arrive() } == [.wait(1), .wait(2), .wait(3)])
        #expect(queue.arrive() == .full)
        #expect(queue.leave() == 1)
        #expect((queue.active, queue.waiting) == (2, 2))
        #expect(queue.arrive() == .wait(4))
        #expect([queue.leave(), queue.leave(), queue.leave()] == [2, 3, 4])
        #expect([queue.leave(), queue.leave()] == [nil, nil])
        #expect((queue.active, queue.waiting) == (0, 0))
    }

    @Test("With a queue of 0 who cannot start at once is turned away")
    func noQueue() {
        var queue = AdmissionQueue(limit: 1, queueLimit: 0)
        #expect(queue.arrive() == .enter)
        #expect(queue.arrive() == .full)
        #expect(queue.leave() == nil)
        #expect(queue.arrive() == .enter)
    }

    @Test("Who leaves the queue lets the others move up, and leaving again changes nothing")
    func withdrawal() {
        var queue = AdmissionQueue(limit: 1, queueLimit: 3)
        for _ in 0..<4 { _ = queue.arrive() }
        for gone in [2, 2, 99] as [AdmissionQueue.Number] { queue.withdraw(gone) }
        #expect(queue.waiting == 2)
        #expect(queue.arrive() == .wait(4))
        #expect([queue.leave(), queue.leave(), queue.leave(), queue.leave()] == [1, 3, 4, nil])
        queue.withdraw(1)
        #expect((queue.active, queue.waiting) == (0, 0))
    }

    @Test(
        "Whatever happens, no place is lost, none is given twice, and the order holds",
        arguments: 0..<20 as Range<UInt64>)
    func invariants(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var queue = AdmissionQueue(limit: 3, queueLimit: 5)
        var inside = 0
        var waiting: [AdmissionQueue.Number] = []
        for _ in 0..<2000 {
            switch Int.random(in: 0..<4, using: &random) {
            case 0, 1:
                switch queue.arrive() {
                case .enter:
                    #expect(inside < 3 && waiting.isEmpty)
                    inside += 1
                case .wait(let number):
                    #expect(inside == 3 && waiting.count < 5)
                    waiting.append(number)
                case .full: #expect(inside == 3 && waiting.count == 5)
                }
            case 2 where inside > 0:
                let next = waiting.first
                #expect(queue.leave() == next)
                if next == nil { inside -= 1 } else { waiting.removeFirst() }
            case 3:
                guard let gone = waiting.randomElement(using: &random) else { continue }
                queue.withdraw(gone)
                waiting.removeAll { $0 == gone }
            default: break
            }
            #expect(queue.active == inside && queue.waiting == waiting.count)
        }
    }
}
