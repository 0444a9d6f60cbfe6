package dev.ringway.bench.echo;

import dev.ringway.IntCompletion;
import dev.ringway.Ring;
import dev.ringway.RingGroup;
import dev.ringway.bench.Commands;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Nops on every ring of a group, for each line with a number of milliseconds. Takes the number of rings.
final class GroupNops {
    private static final int IN_FLIGHT = 128;

    private GroupNops() {}

    public static void main(String[] arguments) throws IOException {
        try (RingGroup group = RingGroup.builder().size(Integer.parseInt(arguments[0])).start("nops")) {
            List<OneRing> rings = new ArrayList<>();
            group.forEach(ring -> rings.add(new OneRing(ring)));
            Commands.obey(group + ", " + group.ring(0).backend(), millis -> run(rings, Long.parseLong(millis)));
        }
    }

    private static String run(List<OneRing> rings, long millis) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        CountDownLatch done = new CountDownLatch(rings.size());
        long began = System.nanoTime();
        rings.forEach(each -> each.ring.execute(() -> each.start(end, done)));
        done.await();
        double nanos = System.nanoTime() - began;
        long completed = rings.stream().mapToLong(each -> each.completed).sum();
        return String.format(Locale.ROOT, "operations=%d per_second=%.0f", completed, completed * 1e9 / nanos);
    }

    /// So many in flight, until the time has passed; all on the ring's own thread.
    private static final class OneRing {
        private static final int LOOK_AT_CLOCK = 1024;

        private final Ring ring;
        private final List<Repeated> nops = new ArrayList<>();
        private long completed;
        private int inFlight;
        private long end;
        private @Nullable CountDownLatch done;

        OneRing(Ring ring) {
            this.ring = ring;
            for (int i = 0; i < IN_FLIGHT; i++) {
                nops.add(new Repeated());
            }
        }

        void start(long endNanos, CountDownLatch whenDone) {
            completed = 0;
            end = endNanos;
            done = whenDone;
            inFlight = nops.size();
            nops.forEach(Repeated::start);
        }

        private final class Repeated implements IntCompletion {
            private final Ring.Nop nop = ring.prepareNop();
            private boolean running;

            void start() {
                running = true;
                nop.reset().start(this);
            }

            @Override
            public void complete(int count, @Nullable Throwable failure) {
                if (failure != null) {
                    throw new AssertionError(failure);
                }
                if (++completed % LOOK_AT_CLOCK == 0 && end - System.nanoTime() <= 0) {
                    nops.forEach(each -> each.running = false);
                }
                if (running) {
                    nop.reset().start(this);
                } else if (--inFlight == 0) {
                    done.countDown();
                }
            }
        }
    }
}
