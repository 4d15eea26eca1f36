#if os(Linux)
    import CEpoll
    import Glibc

    /// The kernel's readiness notification: epoll, edge-triggered, so that each descriptor is registered once and
    /// every change is reported once (epoll(7)).
    struct Poller: Sendable {
        private let epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        private let counter = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))

        init() {
            precondition(epoll >= 0 && counter >= 0, "the kernel gives no epoll or eventfd descriptor")
            var event = epoll_event(events: EPOLLIN.rawValue | EPOLLET.rawValue, data: epoll_data_t(fd: counter))
            epoll_ctl(epoll, EPOLL_CTL_ADD, counter, &event)
        }

        /// Watches a descriptor until it is closed.
        func add(_ descriptor: Int32) {
            let interest = EPOLLIN.rawValue | EPOLLOUT.rawValue | EPOLLRDHUP.rawValue | EPOLLET.rawValue
            var event = epoll_event(events: interest, data: epoll_data_t(fd: descriptor))
            epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event)
        }

        /// Ends a `wait` that another thread is in. Edge-triggered, the counter need not be read back.
        func wake() { eventfd_write(counter, 1) }

        /// Waits at most so long (-1: for ever) and reports what has changed.
        func wait(milliseconds: Int32, _ report: (Int32, Readiness) -> Void) {
            withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: 256) { events in
                let count = epoll_wait(epoll, events.baseAddress, Int32(events.count), milliseconds)
                guard count > 0 else { return }
                for event in events[..<Int(count)] where event.data.fd != counter { report(event.data.fd, Readiness(event.events)) }
            }
        }
    }

    extension Readiness {
        fileprivate init(_ events: UInt32) {
            self = []
            if events & EPOLLIN.rawValue != 0 { insert(.readable) }
            // On a broken connection a write does not wait either: it fails.
            if events & (EPOLLOUT.rawValue | EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0 { insert(.writable) }
            if events & (EPOLLRDHUP.rawValue | EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0 { insert(.hungUp) }
        }
    }
#endif
