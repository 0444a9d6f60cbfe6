package dev.ringway.internal.loop;

import dev.ringway.internal.op.TimerEntry;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// Timers in user space: arming and disarming are a few writes, however many there are.
///
/// Most timers are limits that are never reached, so that sorting them would be work for nothing. Only those that are
/// about to be due are sorted:
///
/// 1. Time is cut into ticks of about a millisecond, counted from the first timer. What lies before the *horizon*, a
///    tick, is in a heap, in the exact order of its moments; what lies behind it is in a wheel, unsorted.
/// 2. The wheel has levels of 64 buckets. A bucket of level 0 is one tick, one of the next level as long as the whole
///    level below. An entry is on the level of the highest digit, to the base of 64, in which its tick differs from the
///    horizon. So every bucket of a level comes before all of the levels above it, and the first in time is the
///    lowest bit that is set.
/// 3. As time passes, the horizon follows. A bucket that it reaches is poured out: level 0 into the heap, the others
///    into the levels below. An entry is poured once a level, seven times in a year.
/// 4. The heap's first entry is due next. With an empty heap it is looked for in the wheel's first bucket if that has
///    few entries, and its beginning stands for it if there are many, or if the entry has been disarmed since. So the
///    loop may wake up too early, when it finds nothing to do, and never too late.
///
/// Confined to the polling thread. Moments are compared by difference, as [System#nanoTime()] demands.
final class Timers {
    /// The farthest a moment may be: two of them can then still be compared by difference.
    static final long LONGEST_NANOS = Long.MAX_VALUE / 2;

    private static final int TICK_BITS = 20;
    private static final int DIGIT_BITS = 6;
    private static final int DIGIT = (1 << DIGIT_BITS) - 1;
    private static final int LEVELS = (Long.SIZE - 1 - TICK_BITS) / DIGIT_BITS + 1;
    /// Entries of a bucket that are looked at for the first one.
    private static final int FEW = 16;

    /// The place of an entry in bucket 0; below are those of the others.
    private static final int IN_BUCKET = TimerEntry.NOWHERE - 1;

    private static final VarHandle SIZE;

    static {
        try {
            SIZE = MethodHandles.lookup().findVarHandle(Timers.class, "size", int.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    /// What lies before the horizon.
    private final TimerHeap near = new TimerHeap();
    private final @Nullable TimerEntry[] buckets = new TimerEntry[LEVELS << DIGIT_BITS];
    /// For each level, which of its buckets have an entry.
    private final long[] filled = new long[LEVELS];
    private int size;
    private boolean begun;
    /// The moment from which ticks are counted.
    private long origin;
    private long horizon;
    /// Nothing in the wheel is due before.
    private long notBefore;

    /// @param now   the moment from which the delay counts
    /// @param delay nanoseconds, not negative, at most [#LONGEST_NANOS]
    void arm(TimerEntry entry, long now, long delay) {
        disarm(entry);
        near.reserve(size + 1); // so that nothing that happens later needs memory
        if (!begun) {
            begun = true;
            origin = now;
        }
        if (size == near.size()) {
            horizon = Math.max(horizon, tick(now) + 1); // nothing is in the wheel
        }
        entry.deadlineNanos = now + delay;
        place(entry);
        SIZE.setOpaque(this, size + 1);
    }

    private void place(TimerEntry entry) {
        long moment = entry.deadlineNanos;
        long tick = tick(moment);
        if (tick < horizon) {
            near.add(entry);
            return;
        }
        if (size == near.size() || moment - notBefore < 0) {
            notBefore = moment; // the only one in the wheel, or the first
        }
        int level = (Long.SIZE - 1 - Long.numberOfLeadingZeros((tick ^ horizon) | 1)) / DIGIT_BITS;
        int digit = (int) (tick >>> (level * DIGIT_BITS)) & DIGIT;
        int bucket = (level << DIGIT_BITS) | digit;
        TimerEntry next = buckets[bucket];
        if (next == null) {
            filled[level] |= 1L << digit;
        } else {
            next.previous = entry;
        }
        entry.next = next;
        entry.place = IN_BUCKET - bucket;
        buckets[bucket] = entry;
    }

    private long tick(long moment) {
        return (moment - origin) >> TICK_BITS;
    }

    void disarm(TimerEntry entry) {
        int place = entry.place;
        if (place == TimerEntry.NOWHERE) {
            return;
        }
        SIZE.setOpaque(this, size - 1);
        if (place >= 0) {
            near.remove(entry);
        } else {
            unlink(entry, IN_BUCKET - place);
        }
        entry.place = TimerEntry.NOWHERE;
    }

    private void unlink(TimerEntry entry, int bucket) {
        TimerEntry next = entry.next;
        TimerEntry previous = entry.previous;
        if (next != null) {
            next.previous = previous;
        }
        if (previous != null) {
            previous.next = next;
        } else {
            buckets[bucket] = next;
            if (next == null) {
                filled[bucket >> DIGIT_BITS] &= ~(1L << bucket);
            }
        }
        entry.next = null;
        entry.previous = null;
    }

    /// Any thread, exact on the polling one: how many are armed.
    int size() {
        return (int) SIZE.getOpaque(this);
    }

    boolean isEmpty() {
        return size == 0;
    }

    /// Nanoseconds for which nothing is due: 0 if something is, -1 if there is nothing.
    long untilNext(long now) {
        if (size == 0) {
            return -1;
        }
        if (near.size() == 0 && notBefore - now <= 0) {
            advance(now);
        }
        long next = near.size() > 0 ? near.first().deadlineNanos : notBefore;
        return Math.max(0, next - now);
    }

    /// Runs what is due at the given moment; what is armed meanwhile for that moment waits for the next call.
    ///
    /// @return how many were due
    int expire(long now) {
        int most = size;
        int due = 0;
        if (isBehind(now)) {
            while (pourNext(now)) { // one at a time, so that the heap stays small
                due += expireNear(now, most - due);
            }
            follow(now);
        }
        return due + expireNear(now, most - due);
    }

    private int expireNear(long now, int most) {
        int due = 0;
        while (due < most && near.size() > 0 && near.first().deadlineNanos - now <= 0) {
            TimerEntry first = near.first();
            disarm(first);
            due++;
            first.expired();
        }
        return due;
    }

    private void advance(long now) {
        if (isBehind(now)) {
            boolean poured = true;
            while (poured) {
                poured = pourNext(now);
            }
            follow(now);
        }
    }

    /// Whether there is something in the wheel that the horizon may reach, or of which more has to be known.
    private boolean isBehind(long now) {
        return size > near.size() && (tick(now) >= horizon || notBefore - now <= 0);
    }

    /// Pours out the first bucket, if the horizon reaches it. Those that begin where that ends go with it: no bucket of
    /// a higher level may begin at the horizon, since what is armed then goes to the levels below.
    private boolean pourNext(long now) {
        int bucket = firstBucket();
        if (bucket < 0 || horizonBehind(bucket) > tick(now) + 1) {
            return false;
        }
        do {
            pour(bucket);
            bucket = firstBucket();
        } while (bucket > DIGIT && begin(bucket) == horizon);
        return true;
    }

    /// Everything that the horizon reaches has been poured out.
    private void follow(long now) {
        horizon = Math.max(horizon, tick(now) + 1);
        int bucket = firstBucket();
        if (bucket >= 0 && notBefore - now <= 0) {
            notBefore = lookInto(bucket);
        }
    }

    /// The first in time that has an entry, or -1.
    private int firstBucket() {
        for (int level = 0; level < LEVELS; level++) {
            if (filled[level] != 0) {
                return (level << DIGIT_BITS) | Long.numberOfTrailingZeros(filled[level]);
            }
        }
        return -1;
    }

    /// A bucket's first tick.
    private long begin(int bucket) {
        int shift = (bucket >> DIGIT_BITS) * DIGIT_BITS;
        long digits = ((horizon >>> shift) & ~DIGIT) | (bucket & DIGIT);
        return digits << shift;
    }

    /// Where the horizon is when the bucket has been poured out: its entries of level 0 are before it, the others
    /// behind.
    private long horizonBehind(int bucket) {
        return begin(bucket) + (bucket <= DIGIT ? 1 : 0);
    }

    private void pour(int bucket) {
        horizon = horizonBehind(bucket);
        TimerEntry entry = buckets[bucket];
        buckets[bucket] = null;
        filled[bucket >> DIGIT_BITS] &= ~(1L << bucket);
        while (entry != null) {
            TimerEntry next = entry.next;
            entry.next = null;
            entry.previous = null;
            place(entry);
            entry = next;
        }
    }

    /// The first moment of a bucket's entries if they are few, else where it begins.
    private long lookInto(int bucket) {
        TimerEntry entry = buckets[bucket];
        long first = Long.MAX_VALUE;
        for (int seen = 0; entry != null; entry = entry.next) {
            if (seen++ == FEW) {
                return origin + (begin(bucket) << TICK_BITS);
            }
            first = Math.min(first, entry.deadlineNanos - origin);
        }
        return origin + first;
    }
}
