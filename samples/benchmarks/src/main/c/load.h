/* What the loads share: times in buckets, messages with bytes of their own, the CPU clock of the server. */
#ifndef RINGWAY_BENCH_LOAD_H
#define RINGWAY_BENCH_LOAD_H

#include "common.h"

#include <sys/types.h>

#define NS_PER_S INT64_C(1000000000)

/* ---- times of replies: buckets of 1/64 of a power of two, so a percentile is at most 1.6 % off ---- */

enum { BUCKETS_PER_DOUBLING = 64, BUCKET_BITS = 6, BUCKETS = 64 * BUCKETS_PER_DOUBLING };

static uint64_t histogram[BUCKETS], counted;

static inline int bucket_of(uint64_t ns) {
    if (ns < BUCKETS_PER_DOUBLING)
        return (int)ns;
    int doubling = 63 - __builtin_clzll(ns) - BUCKET_BITS;
    return (doubling + 1) * BUCKETS_PER_DOUBLING + (int)(ns >> doubling & (BUCKETS_PER_DOUBLING - 1));
}

static inline double bucket_middle_ns(int bucket) {
    if (bucket < BUCKETS_PER_DOUBLING)
        return bucket;
    int doubling = bucket / BUCKETS_PER_DOUBLING - 1;
    uint64_t least = (uint64_t)(BUCKETS_PER_DOUBLING + bucket % BUCKETS_PER_DOUBLING) << doubling;
    return (double)least + (double)((UINT64_C(1) << doubling) - 1) / 2;
}

static inline void count_time(int64_t ns) {
    counted++;
    histogram[bucket_of(ns > 0 ? (uint64_t)ns : 0)]++;
}

/* The time within which this part of all that were counted lies. */
static inline double percentile_us(double part) {
    uint64_t below = 0;
    for (int bucket = 0; bucket < BUCKETS; bucket++) {
        below += histogram[bucket];
        if (below > 0 && (double)below >= part * (double)counted)
            return bucket_middle_ns(bucket) / 1e3;
    }
    return 0;
}

/* ---- messages ---- */

/* Spreads a number over 64 bits (the finaliser of SplitMix64). */
static inline uint64_t spread(uint64_t value) {
    value = (value ^ value >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    value = (value ^ value >> 27) * UINT64_C(0x94d049bb133111eb);
    return value ^ value >> 31;
}

/* The bytes of a message, which is of whole words at least as long as asked for; another number, other bytes. */
static inline void fill_message(unsigned char *message, int bytes, uint64_t number) {
    uint64_t word = spread(number);
    for (int i = 0; i < bytes; i += (int)sizeof word) {
        memcpy(message + i, &word, sizeof word);
        word += UINT64_C(0x9e3779b97f4a7c15);
    }
}

static inline unsigned char *new_message(int bytes) {
    unsigned char *message = malloc(((size_t)bytes + 7) / 8 * 8);
    if (!message)
        fail("no memory for messages");
    return message;
}

/* All threads of the process, those that have ended too, in nanoseconds; a running one is up to a tick behind. */
static inline clockid_t cpu_clock_of(pid_t process) {
    clockid_t clock;
    int error = clock_getcpuclockid(process, &clock);
    if (error)
        fail_call("clock_getcpuclockid", error);
    return clock;
}

#endif
