import Testing

@testable import ollama_openai_proxy

@Suite("What follows when a try has ended")
struct ExchangeStateTests {
    typealias State = ExchangeState
    typealias Verdict = ExchangeState.Verdict

    private static let broken = ChatError(status: 502, "broke", code: .upstreamIncomplete)
    private static let unreadable = ChatError(status: 500, "unreadable", code: .invalidToolCall)
    private static let refused = ChatError(status: 400, "unsupported: x")
    private static let busy = ChatError(status: 503, "busy")
    private static let gone = ChatError.clientGone

    private static let pause = Verdict.retry(after: .milliseconds(7))
    private static let again = Verdict.retry(after: .zero)

    /// A way for a try to end, by its name in the tables.
    private static let endings: [String: State.Ending] = [
        "whole": .finished(isMissingCall: false), "no call": .finished(isMissingCall: true),
        "unreadable": .failed(unreadable, status: .ok), "refused": .refused(refused),
        "busy": .failed(busy, status: .serviceUnavailable), "bad gateway": .failed(busy, status: .badGateway),
        "broken": .failed(broken, status: nil), "other": .failed(busy, status: 500),
        "away": .failed(busy, status: nil), "garbled": .unreadable(busy, mayBeCut: false),
        "at an end": .unreadable(unreadable, mayBeCut: true), "gone": .cancelled(gone),
    ]

    private func verdicts(
        _ names: [String], callRetries: Int = 1, _ progress: State.Progress = .nothing
    ) throws -> [Verdict] {
        var state = State(callRetries: callRetries, transientPause: 7...7)
        return try names.map { state.conclude(try #require(Self.endings[$0]), progress) }
    }

    @Test(
        "Before the client has anything of a reply, each ending has its verdict",
        arguments: [
            ("whole", .deliver), ("no call", again), ("unreadable", again), ("refused", again), ("busy", pause),
            ("bad gateway", pause), ("broken", pause), ("other", .fail(busy)), ("away", .fail(busy)),
            ("garbled", again), ("gone", .fail(gone)),
        ] as [(String, Verdict)])
    func first(ending: String, verdict: Verdict) throws {
        #expect(try verdicts([ending]) == [verdict])
        // Bytes that the client ignores change only the way in which it is told.
        let opened = try verdicts([ending], .opening)
        if case .fail(let error) = verdict {
            #expect(opened == [.failInStream(error)])
        } else {
            #expect(opened == [verdict])
        }
    }

    @Test(
        "When the client has something of a reply, nothing is asked again",
        arguments: [
            ("whole", .deliver), ("no call", .deliver), ("unreadable", .failInStream(unreadable)),
            ("refused", .failInStream(refused)), ("busy", .failInStream(busy)), ("broken", .failInStream(broken)),
            ("garbled", .failInStream(busy)), ("gone", .failInStream(gone)),
        ] as [(String, Verdict)])
    func emitted(ending: String, verdict: Verdict) throws {
        #expect(try verdicts([ending], .content) == [verdict])
    }

    @Test(
        "One reason is good for so many tries, and all together for two",
        arguments: [
            (["busy", "busy"], [pause, .fail(busy)]),
            (["busy", "broken"], [pause, .fail(broken)]),
            (["no call", "no call"], [again, .deliver]),
            (["unreadable", "no call"], [again, .deliver]),
            (["garbled", "unreadable"], [again, .fail(unreadable)]),
            (["no call", "garbled"], [again, .fail(busy)]),
            (["at an end", "at an end"], [again, .cut]),
            (["at an end", "garbled"], [again, .fail(busy)]),
            (["at an end", "busy", "at an end"], [again, pause, .cut]),
            (["busy", "garbled", "refused"], [pause, again, .fail(refused)]),
            (["no call", "unreadable"], [again, .fail(unreadable)]),
            (["refused", "refused", "refused"], [again, again, .fail(refused)]),
            (["refused", "busy", "no call"], [again, pause, .deliver]),
            (["busy", "unreadable", "refused"], [pause, again, .fail(refused)]),
            (["unreadable", "busy", "whole"], [again, pause, .deliver]),
            (["busy", "gone"], [pause, .fail(gone)]),
        ] as [([String], [Verdict])])
    func budget(endings: [String], expected: [Verdict]) throws {
        #expect(try verdicts(endings) == expected)
    }

    @Test("However tries end, and however often a model may be asked for a call, there are at most two more of them")
    func bounded() throws {
        for first in Self.endings.keys {
            for second in Self.endings.keys {
                for third in Self.endings.keys {
                    let verdicts = try verdicts([first, second, third], callRetries: 9)
                    let retries = verdicts.prefix { if case .retry = $0 { true } else { false } }
                    #expect(retries.count <= 2, "\(first), \(second), \(third)")
                }
            }
        }
    }

    @Test("Where no model is asked again for a call, other reasons are still good")
    func noCallRetries() throws {
        #expect(try verdicts(["unreadable"], callRetries: 0) == [.fail(Self.unreadable)])
        #expect(try verdicts(["no call"], callRetries: 0) == [.deliver])
        #expect(try verdicts(["garbled"], callRetries: 0) == [.fail(Self.busy)])
        #expect(try verdicts(["at an end"], callRetries: 0) == [.fail(Self.unreadable)])
        #expect(try verdicts(["busy", "refused"], callRetries: 0) == [Self.pause, Self.again])
        #expect(!State(callRetries: 0, transientPause: 7...7).mayAskForCall)
    }

    @Test("What tries cost is kept where another follows")
    func spent() {
        var state = State(callRetries: 1, transientPause: 7...7)
        let usage = Usage(promptTokens: 3, completionTokens: 4)
        #expect(state.isFirstTry && state.mayAskForCall)
        _ = state.conclude(.finished(isMissingCall: true), .nothing, usage: usage)
        #expect(state.spent == usage)
        #expect(!state.isFirstTry && !state.mayAskForCall)
        _ = state.conclude(.finished(isMissingCall: false), .nothing, usage: usage + usage)
        #expect(state.spent == usage)
    }
}
