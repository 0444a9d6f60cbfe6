package dev.ringway.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.internal.op.TimerEntry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The wheel against a sorted set, with a clock of our own.
class TimersTest {
    private static final long TICK = 1L << 20;
    private static final long YEAR = TimeUnit.DAYS.toNanos(365);

    private final Timers timers = new Timers();
    private final TreeSet<Entry> expected = new TreeSet<>(
            Comparator.comparingLong((Entry entry) -> entry.delayFromBegin).thenComparingInt(entry -> entry.number));
    private final List<Entry> fired = new ArrayList<>();
    private int made;
    private long begin;
    private long now;

    private final class Entry extends TimerEntry {
        final int number = made++;
        long delayFromBegin;

        @Override
        public void expired() {
            fired.add(this);
        }
    }

    private void beginAt(long moment) {
        begin = moment;
        now = moment;
    }

    private Entry arm(Entry entry, long delay) {
        expected.remove(entry);
        entry.delayFromBegin = now - begin + delay;
        expected.add(entry);
        timers.arm(entry, now, delay);
        return entry;
    }

    private void disarm(Entry entry) {
        expected.remove(entry);
        timers.disarm(entry);
        assertThat(entry.isArmed()).isFalse();
    }

    /// Everything that is due fires, in the order of its moments, and nothing else.
    private void pass(long nanos) {
        now += nanos;
        List<Entry> due = new ArrayList<>();
        while (!expected.isEmpty() && expected.first().delayFromBegin <= now - begin) {
            due.add(expected.pollFirst());
        }
        fired.clear();
        assertThat(timers.expire(now)).isEqualTo(due.size());
        assertThat(fired).hasSameElementsAs(due);
        assertThat(fired).isSortedAccordingTo(Comparator.comparingLong(entry -> entry.delayFromBegin));
        assertThat(timers.size()).isEqualTo(expected.size());
    }

    /// Never later than the first, and 0 only if it is due.
    private void checkNext() {
        long until = timers.untilNext(now);
        if (expected.isEmpty()) {
            assertThat(until).isEqualTo(-1);
        } else {
            long exact = Math.max(0, expected.first().delayFromBegin - (now - begin));
            assertThat(until).isLessThanOrEqualTo(exact);
            assertThat(until == 0).isEqualTo(exact == 0);
        }
    }

    /// Until the next one fires, as a loop that only sleeps would; how often it had to wake up.
    private int sleepToNext() {
        int size = timers.size();
        for (int wakes = 1; ; wakes++) {
            pass(timers.untilNext(now));
            if (timers.size() < size) {
                return wakes;
            }
            assertThat(wakes).isLessThan(100);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, Long.MAX_VALUE - 5, Long.MIN_VALUE, -1L << 40, 123_456_789_012_345L})
    void agreesWithASortedSetWhereverTheClockBegins(long moment) {
        beginAt(moment);
        Random random = new Random(moment);
        List<Entry> entries = new ArrayList<>();
        for (int step = 0; step < 20_000; step++) {
            int what = random.nextInt(10);
            if (what < 4 || entries.isEmpty()) {
                entries.add(arm(new Entry(), delay(random)));
            } else if (what < 6) {
                disarm(entries.get(random.nextInt(entries.size())));
            } else if (what < 7) {
                arm(entries.get(random.nextInt(entries.size())), delay(random)); // armed or not
            } else if (what < 8) {
                checkNext();
            } else {
                pass(random.nextInt(4) == 0 ? delay(random) / 64 : random.nextLong(2 * TICK));
            }
        }
        while (!expected.isEmpty() && expected.first().delayFromBegin - (now - begin) < YEAR) {
            sleepToNext();
        }
    }

    /// Of every order of magnitude, from a nanosecond to years.
    private static long delay(Random random) {
        return random.nextLong(1L << random.nextInt(1, 57));
    }

    @Test
    void theFarthestMomentsHavePlaces() {
        beginAt(-5);
        Entry farthest = arm(new Entry(), Timers.LONGEST_NANOS);
        Entry second = arm(new Entry(), Timers.LONGEST_NANOS - 1);
        Entry soon = arm(new Entry(), 10 * TICK);
        assertThat(sleepToNext()).isEqualTo(1);
        assertThat(fired).containsExactly(soon);
        sleepToNext();
        assertThat(fired).containsExactly(second);
        sleepToNext();
        assertThat(fired).containsExactly(farthest);
    }

    @Test
    void aLonelyOneIsWokenForOnce() {
        beginAt(7);
        for (long delay = 1; delay < YEAR; delay *= 3) {
            Entry entry = arm(new Entry(), delay);
            assertThat(sleepToNext()).isEqualTo(1);
            assertThat(fired).containsExactly(entry);
        }
    }

    @Test
    void manyForTheSameTimeWakeAFewTimesTooEarlyAtTheMost() {
        beginAt(7);
        for (int i = 0; i < 1000; i++) {
            arm(new Entry(), TimeUnit.HOURS.toNanos(1) + TICK / 2 + i);
        }
        assertThat(sleepToNext()).isBetween(1, 8);
        while (!expected.isEmpty()) {
            assertThat(sleepToNext()).isEqualTo(1);
        }
    }

    /// Limits that are armed and disarmed again and again, as those of operations are.
    @Test
    void thoseThatAreDisarmedInTimeDoNotKeepTheLoopAwake() {
        beginAt(7);
        int wakes = 0;
        for (int i = 0; i < 600; i++) {
            Entry entry = arm(new Entry(), TimeUnit.SECONDS.toNanos(30));
            for (long slept = 0; slept < TimeUnit.MILLISECONDS.toNanos(100); wakes++) {
                long nap = Math.min(timers.untilNext(now), TimeUnit.MILLISECONDS.toNanos(100) - slept);
                pass(nap);
                slept += nap;
            }
            disarm(entry);
        }
        assertThat(wakes - 600).as("wake-ups for nothing in a minute").isBetween(0, 5);
        assertThat(timers.untilNext(now)).isEqualTo(-1);
    }

    @Test
    void whatIsArmedWhileTheyExpireWaitsForTheNextCall() {
        beginAt(0);
        int[] runs = new int[1];
        TimerEntry again = new TimerEntry() {
            @Override
            public void expired() {
                runs[0]++;
                timers.arm(this, now, 0);
            }
        };
        timers.arm(again, now, 0);
        assertThat(timers.expire(now)).isEqualTo(1);
        assertThat(timers.expire(now)).isEqualTo(1);
        assertThat(runs[0]).isEqualTo(2);
    }

    /// Between two buckets of a level, the first of the next level's begins.
    @Test
    void oneThatExpiresArmsAnotherBehindThoseThatAreDue() {
        beginAt(0);
        Entry due = arm(new Entry(), 67 * TICK);
        Entry later = new Entry();
        timers.arm(new TimerEntry() {
            @Override
            public void expired() {
                timers.arm(later, now, 2 * TICK);
            }
        }, now, 63 * TICK + 1);
        now += 70 * TICK;
        assertThat(timers.expire(now)).isEqualTo(2);
        assertThat(fired).containsExactly(due);
        now += 2 * TICK;
        assertThat(timers.expire(now)).isEqualTo(1);
        assertThat(fired).containsExactly(due, later);
    }

    @Test
    void oneThatExpiresDisarmsAnother() {
        beginAt(0);
        Entry second = arm(new Entry(), TICK);
        timers.arm(new TimerEntry() {
            @Override
            public void expired() {
                disarm(second);
            }
        }, now, TICK - 1);
        now += 2 * TICK;
        assertThat(timers.expire(now)).isEqualTo(1);
        assertThat(fired).isEmpty();
        assertThat(timers.isEmpty()).isTrue();
    }
}
