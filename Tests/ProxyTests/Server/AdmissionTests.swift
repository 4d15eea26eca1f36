import Testing

@testable import ollama_openai_proxy

@Suite("Admission on the loop", .onOwnThreads, .timeLimit(.minutes(10)))
struct AdmissionTests {
    @Test("Those who wait are let in one after the other, in their order")
    func order() async {
        let log = await onLoop { () -> [String] in
            let admission = Admission(limit: 1, queueLimit: 10)
            let log = Notes()
            guard let first = try? admission.enter() else { return [] }
            await withDiscardingTaskGroup { group in
                for number in 1...3 {
                    guard let permit = try? admission.enter() else { return }
                    group.addTask(executorPreference: EventLoop.shared.executor) {
                        await log.run(number, with: permit)
                    }
                }
                log.add("waiting \(admission.waiting), active \(admission.active)")
                await Reactor.shared.sleep(.milliseconds(20))
                log.add("first leaves")
                first.leave()
                first.leave()
            }
            log.add("waiting \(admission.waiting), active \(admission.active)")
            return log.all
        }
        #expect(
            log == [
                "waiting 3, active 1", "first leaves", "1 runs", "1 leaves", "2 runs", "2 leaves", "3 runs", "3 leaves",
                "waiting 0, active 0",
            ])
    }

    @Test("Without a limit nobody waits")
    func noLimit() async throws {
        let result = await onLoop { () -> Result<[Int], ChatError> in
            await Result.catching { () async throws(ChatError) in
                let admission = Admission()
                var permits: [AdmissionPermit] = []
                for _ in 0..<50 { permits.append(try admission.enter()) }
                for permit in permits { guard (try? await permit.wait()) == true else { return [] } }
                let most = admission.active
                for permit in permits { permit.leave() }
                return [most, admission.active, admission.waiting]
            }
        }
        #expect(try result.get() == [50, 0, 0])
    }

    @Test("With a queue of 0 who cannot start at once is turned away, until a place is free")
    func noQueue() async {
        let admitted = await onLoop { () -> [Bool] in
            let admission = Admission(limit: 1, queueLimit: 0)
            let first = try? admission.enter()
            var admitted = [first != nil, (try? admission.enter()) != nil]
            first?.leave()
            admitted.append((try? admission.enter()) != nil)
            return admitted
        }
        #expect(admitted == [true, false, true])
    }

    @Test(
        "Whatever happens, no place is lost, none is given twice, and the order holds",
        arguments: 0..<20 as Range<UInt64>)
    func invariants(seed: UInt64) async {
        await onLoop {
            var random = SeededGenerator(seed: seed)
            let admission = Admission(limit: 3, queueLimit: 5)
            var inside: [AdmissionPermit] = []
            var waiting: [AdmissionPermit] = []
            for _ in 0..<2000 {
                switch Int.random(in: 0..<4, using: &random) {
                case 0, 1:
                    let permit = try? admission.enter()
                    #expect((permit == nil) == (waiting.count == 5))
                    guard let permit else { continue }
                    if inside.count < 3 { inside.append(permit) } else { waiting.append(permit) }
                case 2 where !inside.isEmpty:
                    inside.remove(at: Int.random(in: inside.indices, using: &random)).leave()
                    guard !waiting.isEmpty else { break }
                    // Returns at once for who is in; for anybody else never.
                    #expect((try? await waiting[0].wait()) == true)
                    inside.append(waiting.removeFirst())
                case 3:
                    guard let place = waiting.indices.randomElement(using: &random) else { continue }
                    let gone = waiting.remove(at: place)
                    for _ in 0..<2 { gone.cancel() }
                    gone.leave()
                default: break
                }
                #expect(admission.active == inside.count && admission.waiting == waiting.count)
            }
        }
    }

    @Test("A full queue answers 429 with Retry-After at once, and counts it")
    func full() async {
        let (error, refused) = await onLoop { () -> (ChatError?, UInt64) in
            let admission = Admission(limit: 1, queueLimit: 1)
            var permits: [AdmissionPermit] = []
            defer { for permit in permits { permit.leave() } }
            do throws(ChatError) {
                while true { permits.append(try admission.enter()) }
            } catch {
                return (permits.count == 2 ? error : nil, admission.refused)
            }
        }
        #expect(error?.status == 429)
        #expect(error?.code == .rateLimitExceeded)
        #expect(error?.retryAfter == "1")
        #expect(
            error?.message
                == "The proxy is full: 1 requests run (MAX_CONCURRENT_REQUESTS) and 1 wait (MAX_QUEUED_REQUESTS); "
                + "try again in a second")
        #expect(refused == 1)
    }

    @Test("A client that leaves is out of the queue at once, and who waits for it learns it")
    func cancel() async {
        let log = await onLoop { () -> [String] in
            let admission = Admission(limit: 1, queueLimit: 2)
            let log = Notes()
            guard let first = try? admission.enter(), let gone = try? admission.enter(),
                let last = try? admission.enter()
            else { return [] }
            await withDiscardingTaskGroup { group in
                group.addTask(executorPreference: EventLoop.shared.executor) { await log.run(1, with: gone) }
                group.addTask(executorPreference: EventLoop.shared.executor) { await log.run(2, with: last) }
                await Reactor.shared.sleep(.milliseconds(20))
                gone.cancel()
                log.add("waiting \(admission.waiting)")
                await Reactor.shared.sleep(.milliseconds(20))
                first.leave()
            }
            log.add("waiting \(admission.waiting), active \(admission.active)")
            return log.all
        }
        #expect(log == ["waiting 1", "1 fails: cancelled", "2 runs", "2 leaves", "waiting 0, active 0"])
    }

    @Test("Cancelling one that runs gives up nothing; only leaving does")
    func cancelLate() async {
        let counts = await onLoop { () -> [Int] in
            let admission = Admission(limit: 1, queueLimit: 2)
            guard let first = try? admission.enter(), let second = try? admission.enter() else { return [] }
            first.cancel()
            var counts = [admission.active, admission.waiting]
            first.leave()
            counts += [admission.active, admission.waiting]
            // Let in, and its client leaves before its task has had its turn.
            second.cancel()
            guard (try? await second.wait()) == true else { return [] }
            counts.append(admission.active)
            second.leave()
            return counts + [admission.active]
        }
        #expect(counts == [1, 1, 1, 0, 1, 0])
    }

    @Test("A deadline ends the waiting but not the place in the queue")
    func deadline() async {
        let log = await onLoop { () -> [String] in
            let admission = Admission(limit: 1, queueLimit: 2)
            guard let first = try? admission.enter(), let second = try? admission.enter() else { return [] }
            var log: [String] = []
            for _ in 0..<2 {
                let isIn = try? await second.wait(until: Reactor.shared.now + .milliseconds(5))
                log.append("\(isIn.map(String.init) ?? "thrown"), waiting \(admission.waiting)")
            }
            first.leave()
            let isIn = try? await second.wait(until: Reactor.shared.now + .milliseconds(5))
            log.append("\(isIn.map(String.init) ?? "thrown"), waiting \(admission.waiting)")
            second.leave()
            return log + ["active \(admission.active)"]
        }
        #expect(log == ["false, waiting 1", "false, waiting 1", "true, waiting 0", "active 0"])
    }

    @Test("Leaving the queue without having waited takes the request out of it")
    func leaveUnasked() async {
        let counts = await onLoop { () -> [Int] in
            let admission = Admission(limit: 1, queueLimit: 2)
            guard let first = try? admission.enter(), let second = try? admission.enter() else { return [] }
            second.leave()
            let counts = [admission.active, admission.waiting]
            first.leave()
            return counts + [admission.active]
        }
        #expect(counts == [1, 0, 0])
    }
}

/// What happened on the loop, in its order.
@EventLoop
private final class Notes {
    private(set) var all: [String] = []

    func add(_ note: String) { all.append(note) }

    func run(_ number: Int, with permit: AdmissionPermit) async {
        defer { permit.leave() }
        do throws(UpstreamFailure) {
            guard try await permit.wait() else { return add("\(number) was woken too early") }
            add("\(number) runs")
            await Reactor.shared.sleep(.milliseconds(5))
            add("\(number) leaves")
        } catch {
            add("\(number) fails: \(error)")
        }
    }
}

extension Result where Failure == ChatError, Success: Sendable {
    @EventLoop
    fileprivate static func catching(_ body: @EventLoop () async throws(ChatError) -> Success) async -> Self {
        do throws(ChatError) { return .success(try await body()) } catch { return .failure(error) }
    }
}
