package dev.ringway.bench.layers;

import dev.ringway.BackendUnavailableException;
import dev.ringway.IntCompletion;
import dev.ringway.Ring;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Callbacks: each completion starts its nop again.
final class CallbackNops implements Layer {
    private static final Duration LONG = Duration.ofSeconds(10);

    private final Ring ring = Ring.create();
    private final List<Repeated> nops = new ArrayList<>();
    private boolean running;
    private int inFlight;

    CallbackNops() throws BackendUnavailableException {}

    @Override
    public long run(int batch, long nanos) {
        while (nops.size() < batch) {
            nops.add(new Repeated());
        }
        running = true;
        long before = count();
        for (Repeated nop : nops.subList(0, batch)) {
            nop.start();
        }
        long end = System.nanoTime() + nanos;
        while (end - System.nanoTime() > 0) {
            for (int i = 0; i < TURNS_PER_CLOCK_READ; i++) {
                ring.poll(LONG);
            }
        }
        running = false;
        while (inFlight > 0) {
            ring.poll(LONG);
        }
        return count() - before;
    }

    private long count() {
        return nops.stream().mapToLong(nop -> nop.completed).sum();
    }

    private final class Repeated implements IntCompletion {
        private final Ring.Nop nop = ring.prepareNop();
        private long completed;

        void start() {
            inFlight++;
            nop.reset().start(this);
        }

        @Override
        public void complete(int count, @Nullable Throwable failure) {
            if (failure != null) {
                throw new AssertionError(failure);
            }
            inFlight--;
            completed++;
            if (running) {
                start();
            }
        }
    }

    @Override
    public void close() {
        ring.close();
    }
}
