import Testing

@testable import ollama_openai_proxy

@Suite("What is known of an upstream's models")
struct FormMemoryTests {
    private enum Habit: RequestAdjustment {
        case a, b, withoutMedia
        var parameter: String { "p" }
    }

    private let start = LoopTime(nanoseconds: 5_000_000_000)

    private func form(_ memory: FormMemory, _ model: String, after time: Duration = .zero) -> Set<Habit> {
        memory.form(of: model, now: start + time)
    }

    @Test("What one request learns is added to what others have learnt, model by model, and is news once")
    func adds() {
        var memory = FormMemory()
        #expect(form(memory, "m") == [])
        let news = [Habit.a, .b, .a].map { memory.learn($0, of: "m", now: start) }
        #expect(news == [true, true, false])
        #expect(form(memory, "m") == [.a, .b])
        #expect(form(memory, "n") == [])
    }

    @Test("An hour after the first lesson all of a model is learnt anew")
    func ages() {
        var memory = FormMemory()
        _ = memory.learn(Habit.a, of: "m", now: start)
        _ = memory.learn(Habit.b, of: "m", now: start + .seconds(3000))
        #expect(form(memory, "m", after: .seconds(3599)) == [.a, .b])
        #expect(form(memory, "m", after: .seconds(3600)) == [])
        let isNews = memory.learn(Habit.b, of: "m", now: start + .seconds(3600))
        #expect(isNews)
        #expect(form(memory, "m", after: .seconds(7199)) == [.b])
    }

    @Test("However many models there are, few are kept, and the newest is among them")
    func isBounded() {
        var memory = FormMemory()
        for number in 0..<10_000 { _ = memory.learn(Habit.a, of: "m\(number)", now: start) }
        let known = (0..<10_000).count { form(memory, "m\($0)") == [.a] }
        #expect(1...256 ~= known)
        #expect(form(memory, "m9999") == [.a])
    }

    @Test("What was learnt in another dialect says nothing")
    func otherDialect() {
        var memory = FormMemory()
        _ = memory.learn(Habit.a, of: "m", now: start)
        let form: VendorChatDialect.Form = memory.form(of: "m", now: start)
        #expect(form.isEmpty)
    }
}
