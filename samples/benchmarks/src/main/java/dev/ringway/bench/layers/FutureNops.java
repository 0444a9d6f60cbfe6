package dev.ringway.bench.layers;

import dev.ringway.BackendUnavailableException;
import dev.ringway.Ring;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Futures: what depends on each of them makes the next one.
final class FutureNops implements Layer {
    private static final Duration LONG = Duration.ofSeconds(10);

    private final Ring ring = Ring.create();
    private boolean running;
    private int inFlight;
    private long completed;

    FutureNops() throws BackendUnavailableException {}

    @Override
    public long run(int batch, long nanos) {
        running = true;
        long before = completed;
        for (int i = 0; i < batch; i++) {
            start(ring.prepareNop());
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
        return completed - before;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // its failure is thrown here
    private void start(Ring.Nop nop) {
        inFlight++;
        nop.future().whenComplete((count, failure) -> completed(nop, failure));
    }

    private void completed(Ring.Nop nop, @Nullable Throwable failure) {
        if (failure != null) {
            throw new AssertionError(failure);
        }
        inFlight--;
        completed++;
        if (running) {
            start(nop.reset());
        }
    }

    @Override
    public void close() {
        ring.close();
    }
}
