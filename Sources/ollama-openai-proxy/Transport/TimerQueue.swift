/// Something that fires once when its deadline has passed. It may be armed again and again.
@EventLoop final class LoopTimer {
    fileprivate(set) var deadline = LoopTime.never
    /// The deadline under which it stands in the queue: never later than `deadline`.
    fileprivate var queuedDeadline = LoopTime.never
    fileprivate var position: Int?
    let fire: @EventLoop () -> Void

    init(fire: @escaping @EventLoop () -> Void) { self.fire = fire }
}

/// Armed timers, the earliest first: a binary heap whose timers know their place.
///
/// Moving a deadline further away, which every byte on a stream does, writes one number; the heap learns of it when
/// the old deadline comes. It reads no clock: the caller says what time it is.
@EventLoop struct TimerQueue {
    private var heap: [LoopTimer] = []

    /// When something may fire next; `never` when nothing is armed.
    var earliest: LoopTime { heap.first?.queuedDeadline ?? .never }

    var count: Int { heap.count }

    mutating func arm(_ timer: LoopTimer, at deadline: LoopTime) {
        timer.deadline = deadline
        if let position = timer.position {
            guard deadline < timer.queuedDeadline else { return }
            timer.queuedDeadline = deadline
            siftUp(position)
        } else if deadline < .never {
            timer.queuedDeadline = deadline
            timer.position = heap.count
            heap.append(timer)
            siftUp(heap.count - 1)
        }
    }

    /// After this the timer does not fire, and the queue may hold it no longer than until its old deadline.
    func disarm(_ timer: LoopTimer) { timer.deadline = .never }

    /// Takes a timer out of the queue at once, so that nothing keeps it alive.
    mutating func remove(_ timer: LoopTimer) {
        timer.deadline = .never
        guard let position = timer.position else { return }
        take(at: position)
    }

    /// Takes out every timer whose deadline has come; the caller fires them.
    mutating func fire(now: LoopTime) -> [LoopTimer] {
        var due: [LoopTimer] = []
        while let first = heap.first, first.queuedDeadline <= now {
            if first.deadline <= now {
                take(at: 0)
                first.deadline = .never
                due.append(first)
            } else if first.deadline == .never {
                take(at: 0)
            } else {
                first.queuedDeadline = first.deadline
                siftDown(0)
            }
        }
        return due
    }

    private mutating func take(at position: Int) {
        heap[position].position = nil
        let last = heap.removeLast()
        guard position < heap.count else { return }
        place(last, at: position)
        siftDown(position)
        siftUp(position)
    }

    private mutating func place(_ timer: LoopTimer, at position: Int) {
        heap[position] = timer
        timer.position = position
    }

    private mutating func siftUp(_ start: Int) {
        let timer = heap[start]
        var position = start
        while position > 0 {
            let parent = (position - 1) / 2
            guard timer.queuedDeadline < heap[parent].queuedDeadline else { break }
            place(heap[parent], at: position)
            position = parent
        }
        place(timer, at: position)
    }

    private mutating func siftDown(_ start: Int) {
        let timer = heap[start]
        var position = start
        while true {
            var child = 2 * position + 1
            guard child < heap.count else { break }
            if child + 1 < heap.count, heap[child + 1].queuedDeadline < heap[child].queuedDeadline { child += 1 }
            guard heap[child].queuedDeadline < timer.queuedDeadline else { break }
            place(heap[child], at: position)
            position = child
        }
        place(timer, at: position)
    }
}
