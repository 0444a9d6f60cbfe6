package dev.ringway.bench.layers;

import dev.ringway.BackendUnavailableException;
import dev.ringway.Ring;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Virtual threads that join their nops, on a ring that has a thread of its own.
final class JoinNops implements Layer {
    private final Ring ring = Ring.start("nops");
    private volatile boolean running;

    JoinNops() throws BackendUnavailableException {}

    @Override
    public long run(int batch, long nanos) throws Exception {
        running = true;
        long completed = 0;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Long>> counts = new ArrayList<>();
            for (int i = 0; i < batch; i++) {
                counts.add(threads.submit(this::joinAgainAndAgain));
            }
            Thread.sleep(nanos / 1_000_000);
            running = false;
            for (Future<Long> count : counts) {
                completed += count.get();
            }
        }
        return completed;
    }

    private long joinAgainAndAgain() {
        Ring.Nop nop = ring.prepareNop();
        long completed = 0;
        try {
            while (running) {
                nop.reset().join();
                completed++;
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return completed;
    }

    @Override
    public void close() {
        ring.close();
    }
}
