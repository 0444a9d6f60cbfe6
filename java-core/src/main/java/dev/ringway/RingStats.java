package dev.ringway;

import java.time.Duration;

/// What a ring has done so far, and what it is at. See [Ring#stats()].
///
/// All but `inFlight` and `timers` only grow; [#since] makes of two snapshots what happened between them.
///
/// @param turns           turns of the loop, each of which waited, or looked, once
/// @param completions     what came out of these turns: completions, readiness events, tasks and expired timers
/// @param systemCalls     system calls of the polling thread since its first turn, those for submitting and waiting
///                        included
/// @param submissions     submission entries that the kernel has taken; 0 on other backends than io_uring, and with
///                        [Ring.Builder#kernelThread(Duration)], which takes them unasked
/// @param enters          system calls that submitted, waited, or both, such as io_uring_enter and epoll_wait
/// @param inFlight        operations that have begun and not finished
/// @param timers          timers that are armed: those of the user, time limits, and the ring's own
/// @param overflows       turns that found completions for which the completion queue had been too small, and which
///                        waited in the kernel; 0 on other backends than io_uring
/// @param poolExhaustions times that an operation had to wait for a buffer of a pool
/// @param offloads        calls that were handed to the offload executor
/// @param wakeUps         times that another thread had to wake the ring by a system call
/// @param stale           completions for which there was no operation, which is a defect; 0 on other backends than
///                        io_uring
public record RingStats(
        long turns, long completions, long systemCalls, long submissions, long enters, int inFlight, int timers,
        long overflows, long poolExhaustions, long offloads, long wakeUps, long stale) {
    /// What happened after an earlier snapshot of the same ring; `inFlight` and `timers` are those of this one.
    public RingStats since(RingStats earlier) {
        return new RingStats(turns - earlier.turns, completions - earlier.completions,
                systemCalls - earlier.systemCalls, submissions - earlier.submissions, enters - earlier.enters,
                inFlight, timers, overflows - earlier.overflows, poolExhaustions - earlier.poolExhaustions,
                offloads - earlier.offloads, wakeUps - earlier.wakeUps, stale - earlier.stale);
    }

    /// Submission entries for each system call that submitted or waited: how well submitting is batched. 0 if there was
    /// none.
    public double submissionsPerEnter() {
        return enters == 0 ? 0 : (double) submissions / enters;
    }

    /// What came out of one turn on average: how well waiting is batched. 0 if there was none.
    public double completionsPerTurn() {
        return turns == 0 ? 0 : (double) completions / turns;
    }
}
