package dev.ringway;

/// What a ring has done so far. Numbers only grow; the difference of two snapshots describes the time between them.
///
/// @param turns       turns of the loop, each of which entered the kernel once to submit and wait
/// @param completions what came out of these turns: completions, readiness events, tasks and expired timers
/// @param systemCalls system calls of the polling thread, those for submitting and waiting included
public record RingStats(long turns, long completions, long systemCalls) {}
