import Testing

@testable import ollama_openai_proxy

@Suite("Room for bodies that are being received", .onOwnThreads, .timeLimit(.minutes(10)))
struct BodyBudgetTests {
    /// Bodies that grow in steps on one loop, and what they hold together.
    @EventLoop
    private final class Receivers {
        let budget: BodyBudget
        private(set) var held = 0
        private(set) var most = 0
        private(set) var order: [Int] = []

        init(limit: Int, largest: Int) { budget = BodyBudget(limit: limit, largest: largest) }

        /// In as many steps as there are sizes; a known length is one step and comes bit by bit.
        func receive(_ number: Int, sizes: [Int]) async {
            let share = BodyBudget.Share()
            var size = 0
            for next in sizes {
                guard await budget.grow(share, to: next) else { break }
                held += next - size
                size = next
                most = max(most, held)
                await Task.yield()
            }
            order.append(number)
            held -= size
            budget.leave(share)
        }
    }

    @Test(
        "Whatever comes, all of it is received in the end, and never more at a time than the limit",
        arguments: [(1000, 1000), (1500, 1000), (4000, 1000), (9000, 100)])
    func law(limit: Int, largest: Int) async {
        for seed in 0..<20 {
            let result = await onLoop { () -> (most: Int, count: Int, left: Int) in
                var random = SeededGenerator(seed: UInt64(seed))
                let receivers = Receivers(limit: limit, largest: largest)
                let bodies = (0..<60).map { _ in
                    let size = Int.random(in: 1...largest, using: &random)
                    let isChunked = Bool.random(using: &random)
                    return isChunked ? Array(stride(from: 1, to: size, by: max(1, largest / 7))) + [size] : [size]
                }
                await withDiscardingTaskGroup { group in
                    for (number, sizes) in bodies.enumerated() {
                        group.addTask(executorPreference: EventLoop.shared.executor) {
                            await receivers.receive(number, sizes: sizes)
                        }
                    }
                }
                return (receivers.most, receivers.order.count, receivers.held)
            }
            #expect(result.most <= limit && result.count == 60 && result.left == 0, "seed \(seed): \(result)")
        }
    }

    @Test("Who waits is let in in the order of coming; a small one behind a large one, too")
    func order() async {
        let order = await onLoop { () -> [Int] in
            let receivers = Receivers(limit: 20, largest: 10)
            await withDiscardingTaskGroup { group in
                for (number, size) in [10, 10, 9, 8, 1].enumerated() {
                    group.addTask(executorPreference: EventLoop.shared.executor) {
                        await receivers.receive(number, sizes: [size])
                    }
                }
            }
            return receivers.order
        }
        #expect(order == [0, 1, 2, 3, 4])
    }

    @Test("Who has its room does not wait behind those who have none")
    func hasRoom() async {
        let answers = await onLoop { () -> [Bool] in
            let budget = BodyBudget(limit: 20, largest: 10)
            let shares = (0..<3).map { _ in BodyBudget.Share() }
            let first = await budget.grow(shares[0], to: 10)
            let second = await budget.grow(shares[1], to: 10)
            async let third = budget.grow(shares[2], to: 10)
            await Reactor.shared.sleep(.milliseconds(20))
            let again = [await budget.grow(shares[0], to: 10), await budget.grow(shares[1], to: 10)]
            budget.leave(shares[0])
            return [first, second, await third] + again
        }
        #expect(answers == [true, true, true, true, true])
    }

    @Test("One that waits and leaves is told so, and holds up nobody")
    func leaves() async {
        let answers = await onLoop { () -> [Bool] in
            let budget = BodyBudget(limit: 10, largest: 10)
            let first = BodyBudget.Share()
            let second = BodyBudget.Share()
            let third = BodyBudget.Share()
            let entered = await budget.grow(first, to: 10)
            async let waited = budget.grow(second, to: 10)
            async let waitedToo = budget.grow(third, to: 10)
            await Reactor.shared.sleep(.milliseconds(20))
            budget.leave(second)
            budget.leave(second)
            let left = await waited
            budget.leave(first)
            return [entered, left, await waitedToo]
        }
        #expect(answers == [true, false, true])
    }
}
