import Foundation
import Testing

@testable import ollama_openai_proxy

@Suite("A channel", .onOwnThreads)
struct ChannelTests {
    @Test("Bytes go both ways, and silence is silence")
    func readsAndWrites() async throws {
        let pair = try await Loopback()
        let (channel, peer) = (pair.channel, pair.peer)
        #expect(await onLoop { Self.read(channel).result } == .wouldBlock)
        #expect(await onLoop { await channel.readable(until: .now + .milliseconds(20)) } == .timedOut)
        peer.send("hello")
        #expect(await onLoop { await channel.readable(until: .now + .seconds(5)) } == .ready)
        #expect(await onLoop { Self.read(channel).text } == "hello")
        let isSent = await onLoop {
            var bytes = ByteBuffer("world")
            return await channel.writeAll(&bytes, limit: .seconds(5))
        }
        #expect(isSent)
        #expect(peer.receive(until: "world") == "world")
        await onLoop { channel.close() }
    }

    @Test("Both ends of what the server and its upstreams use ask a silent machine whether it is there")
    func keepAlive() async throws {
        let sockets = try await onLoop { () -> Result<[Int32], SystemError> in
            Result { () throws(SystemError) in
                guard let any = SocketAddress.numeric(host: "127.0.0.1", port: 0) else { return [] }
                let listener = try Socket.listening(at: any)
                let port = Socket.localPort(listener.number) ?? 0
                guard let address = SocketAddress.numeric(host: "127.0.0.1", port: port) else { return [] }
                let client = try Socket.connecting(to: address)
                var event = pollfd(fd: listener.number, events: Int16(POLLIN), revents: 0)
                poll(&event, 1, 10_000)
                guard let accepted = try Socket.accepted(from: listener.number) else { return [] }
                #expect(Socket.peer(accepted.number)?.numericHost == "127.0.0.1")
                return [client.number, accepted.number].flatMap { number in
                    Self.option(number, SOL_SOCKET, SO_KEEPALIVE)
                        + [TCP_NODELAY, TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT, TCP_USER_TIMEOUT].flatMap {
                            Self.option(number, Int32(IPPROTO_TCP), $0)
                        }
                }
            }
        }.get()
        #expect(sockets == [1, 1, 60, 15, 4, 120_000, 1, 1, 60, 15, 4, 120_000])
    }

    private static func option(_ descriptor: Int32, _ level: Int32, _ option: Int32) -> [Int32] {
        var value: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(descriptor, level, option, &value, &size)
        return [value]
    }

    @Test("What the peer sent before it closed is read, then the end")
    func readsBeforeEnd() async throws {
        let pair = try await Loopback()
        let channel = pair.channel
        pair.peer.send("bye")
        pair.peer.close()
        var texts: [String] = []
        while texts.count < 10 {
            let (result, text) = await onLoop {
                _ = await channel.readable(until: .now + .seconds(5))
                return Self.read(channel)
            }
            if result == .bytes { texts.append(text) }
            if result == .end { break }
        }
        #expect(texts.joined() == "bye")
        #expect(await onLoop { channel.isHungUp })
        await onLoop { channel.close() }
    }

    @Test("Closing wakes who waits, and nothing can be done afterwards")
    func closeWakes() async throws {
        let pair = try await Loopback()
        let channel = pair.channel
        async let waiting = onLoop {
            _ = Self.read(channel)
            return await channel.readable(until: .never)
        }
        await onLoop {
            await Reactor.shared.sleep(.milliseconds(30))
            channel.close()
            channel.close()
        }
        #expect(await waiting == .closed)
        #expect(await onLoop { Self.read(channel).result } == .failed)
        #expect(await onLoop { await channel.writable(until: .never) } == .closed)
        #expect(pair.peer.receive() == nil)
    }

    @Test("A hang-up is told once, at once when it has happened already, and not after the watch has ended")
    func tellsHangUp() async throws {
        let pair = try await Loopback()
        let channel = pair.channel
        let count = Counter()
        await onLoop { channel.onHangUp { count.value += 1 } }
        pair.peer.close()
        #expect(try await count.reaches(1))
        await onLoop { channel.onHangUp { count.value += 1 } }
        #expect(try await count.reaches(2))
        await onLoop { channel.onHangUp(nil) }
        #expect(await onLoop { count.value } == 2)
        await onLoop { channel.close() }
    }

    @Test("A hang-up is told while a write waits, too")
    func tellsHangUpWhileWriting() async throws {
        let pair = try await Loopback()
        let (channel, peer) = (pair.channel, pair.peer)
        let count = Counter()
        async let isSent = onLoop {
            channel.onHangUp { count.value += 1 }
            var bytes = ByteBuffer([UInt8](repeating: 1, count: 32 << 20))
            return await channel.writeAll(&bytes, limit: .seconds(5))
        }
        await onLoop { await Reactor.shared.sleep(.milliseconds(100)) }
        peer.reset()
        #expect(await !isSent)
        #expect(try await count.reaches(1))
        await onLoop { channel.close() }
    }

    @Test("A peer that sends nothing more and takes nothing holds up its own writer only", .timeLimit(.minutes(10)))
    func halfClosedPeer() async throws {
        let pair = try await Loopback()
        let (channel, peer) = (pair.channel, pair.peer)
        peer.finishSending()
        // Without this a writer that never waits would hold the loop for ever.
        Thread.detachNewThread {
            Thread.sleep(forTimeInterval: 2)
            while peer.receive() != nil {}
        }
        let isSent = await onLoop {
            _ = await channel.readable(until: .now + .seconds(5))
            var bytes = ByteBuffer([UInt8](repeating: 1, count: 32 << 20))
            return await channel.writeAll(&bytes, limit: .milliseconds(200))
        }
        #expect(!isSent)
        await onLoop { channel.close() }
    }

    @EventLoop
    private static func read(_ channel: Channel) -> (result: Channel.ReadResult, text: String) {
        var text = ""
        let result = channel.read { text = $0.text }
        return (result, text)
    }

    @EventLoop
    private final class Counter {
        var value = 0

        nonisolated init() {}

        nonisolated func reaches(_ goal: Int) async throws -> Bool {
            for _ in 0..<3000 {
                if await onLoop({ self.value >= goal }) { return true }
                try await Task.sleep(for: .milliseconds(10))
            }
            return false
        }
    }
}
