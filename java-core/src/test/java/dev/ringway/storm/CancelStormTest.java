package dev.ringway.storm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.AsyncSocket;
import dev.ringway.Backend;
import dev.ringway.Buf;
import dev.ringway.BufPool;
import dev.ringway.Iteration;
import dev.ringway.Ring;
import dev.ringway.testing.Census;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Accepts, opens and receives that are made to end at random moments, while their peer acts at random moments.
///
/// Whatever wins, every operation completes exactly once and with the truth: no descriptor, no lease and no memory
/// stays behind, and bytes received plus bytes still in the socket are the bytes that were sent, each in its place.
///
/// `-Dringway.storm=100000` sets how many of each kind (by default 1000), `-Dringway.seed=` repeats one: the draws
/// repeat, the threads' timing does not.
class CancelStormTest {
    private static final long SHOTS = Long.getLong("ringway.storm", 1000);
    private static final int LINES = 8;
    private static final int BUFFERS = 8;
    private static final int BUFFER_BYTES = 16;

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({"IO_URING,256", "IO_URING,2", "EPOLL,256"})
    @Tag("H1")
    void everyOperationEndsOnceAndNothingIsLost(Backend backend, int entries) throws Exception {
        long seed = Long.getLong("ringway.seed", System.nanoTime());
        Ring.builder().backend(backend).create().close(); // the self-test has run
        Census before = Census.take(directory);
        Tally tally;
        List<String> wrong = new ArrayList<>();
        try (Storm storm = new Storm(backend, entries, seed)) {
            tally = storm.tally;
            int memoryBefore = Probe.loop(storm.ring).memory().live();
            Duration limit = Duration.ofSeconds(60).plusMillis(SHOTS);
            storm.fire(SHOTS, LINES, limit, n -> new AcceptLine(storm, n, LINES, directory, false));
            storm.fire(SHOTS, LINES, limit, n -> new AcceptLine(storm, n, LINES, directory, true));
            storm.fire(SHOTS, LINES, limit, n -> new OpenLine(storm, n, directory, false));
            storm.fire(SHOTS, LINES, limit, n -> new OpenLine(storm, n, directory, true));
            BufPool pool = storm.ring.pool(BUFFERS, BUFFER_BYTES);
            AtomicInteger leases = new AtomicInteger();
            storm.fire(3 * SHOTS, LINES, limit, n -> new ReceiveLine(storm, n, pool, leases));
            storm.other.close();
            storm.peer.close();
            System.out.print(tally.table("cancel storm on " + backend + " with " + entries + " entries, " + SHOTS
                    + " of each kind, seed " + seed));
            wrong.addAll(storm.wrongs());
            assertThat(wrong).isEmpty();

            Awaitility.await().atMost(6, TimeUnit.SECONDS).untilAsserted(() -> {
                assertThat(storm.ring.inFlight()).as("operations in flight").isZero();
                assertThat(leases).as("leases that the storm holds").hasValue(0);
                assertThat(Probe.memory(pool).leases()).as("leases that are out").isZero();
                assertThat(Probe.loop(storm.ring).memory().live()).as("blocks of memory").isEqualTo(memoryBefore);
            });
            everyBufferCanBeLeased(storm, pool);
            assertThat(Probe.stale(storm.ring)).as("completions without an operation").isZero();
            assertThat(storm.wrongs()).isEmpty();
        }
        Awaitility.await().atMost(6, TimeUnit.SECONDS).untilAsserted(() -> before.requireSameFds("after the storm"));
        before.requireSameThreads("after the storm", TimeUnit.SECONDS.toNanos(6));
        checkOutcomes(backend, tally);
    }

    /// Takes all of them at once, which needs every one to be free.
    private static void everyBufferCanBeLeased(Storm storm, BufPool pool) throws Exception {
        CompletableFuture<List<Buf>> all = new CompletableFuture<>();
        CompletableFuture<AsyncSocket> near = new CompletableFuture<>();
        storm.ring.execute(() -> {
            StreamPair pair = StreamPair.unix(storm.ring, 0);
            near.complete(pair.near);
            for (int i = 0; i < BUFFERS * BUFFER_BYTES / 16; i++) {
                pair.send(16);
            }
            List<Buf> held = new ArrayList<>();
            Iteration<Buf> receive = pair.near.prepareReceiveEach(pool);
            receive.start(lease -> {
                held.add(lease);
                if (held.size() == BUFFERS) {
                    receive.cancel();
                }
            }, (nothing, failure) -> {
                held.forEach(Buf::release);
                pair.near.close();
                pair.settle(storm, (long) BUFFERS * BUFFER_BYTES, false);
                all.complete(held);
            });
        });
        assertThat(all.get(5, TimeUnit.SECONDS)).hasSize(BUFFERS);
        assertThat(near.get().isOpen()).isFalse();
    }

    /// Every kind has every outcome that its backend can produce; with the small default each is common enough.
    private static void checkOutcomes(Backend backend, Tally tally) {
        for (Kind kind : Kind.values()) {
            long ended = tally.ended(kind);
            assertThat(ended).as(kind + " ended").isGreaterThanOrEqualTo(SHOTS * 9 / 10);
            for (Tally.Outcome outcome : Tally.Outcome.values()) {
                assertThat(tally.get(kind, outcome))
                        .as("%s on %s: %s", kind, backend, outcome.toString().toLowerCase(Locale.ROOT))
                        .isPositive();
            }
        }
    }
}
