#if canImport(Darwin)
    import Darwin

    /// The kernel's readiness notification: kqueue with EV_CLEAR, which reports every change once (kqueue(2)).
    struct Poller: Sendable {
        private let queue = kqueue()

        init() {
            precondition(queue >= 0, "the kernel gives no kqueue descriptor")
            change(0, Int16(EVFILT_USER), UInt16(EV_ADD | EV_CLEAR))
        }

        /// Watches a descriptor until it is closed.
        func add(_ descriptor: Int32) {
            change(UInt(descriptor), Int16(EVFILT_READ), UInt16(EV_ADD | EV_CLEAR))
            change(UInt(descriptor), Int16(EVFILT_WRITE), UInt16(EV_ADD | EV_CLEAR))
        }

        /// Ends a `wait` that another thread is in.
        func wake() { change(0, Int16(EVFILT_USER), 0, UInt32(NOTE_TRIGGER)) }

        /// Waits at most so long (-1: for ever) and reports what has changed.
        func wait(milliseconds: Int32, _ report: (Int32, Readiness) -> Void) {
            withUnsafeTemporaryAllocation(of: kevent.self, capacity: 256) { events in
                var limit = timespec(tv_sec: Int(milliseconds) / 1000, tv_nsec: Int(milliseconds) % 1000 * 1_000_000)
                let count = withUnsafePointer(to: &limit) {
                    kevent(queue, nil, 0, events.baseAddress, Int32(events.count), milliseconds < 0 ? nil : $0)
                }
                guard count > 0 else { return }
                for event in events[..<Int(count)] where event.filter != Int16(EVFILT_USER) {
                    report(Int32(event.ident), Readiness(event))
                }
            }
        }

        private func change(_ identifier: UInt, _ filter: Int16, _ flags: UInt16, _ filterFlags: UInt32 = 0) {
            var event = kevent(ident: identifier, filter: filter, flags: flags, fflags: filterFlags, data: 0, udata: nil)
            kevent(queue, &event, 1, nil, 0, nil)
        }
    }

    extension Readiness {
        fileprivate init(_ event: kevent) {
            self = event.filter == Int16(EVFILT_READ) ? .readable : .writable
            if event.flags & UInt16(EV_EOF) != 0 { insert(.hungUp) }
        }
    }
#endif
