package dev.ringway.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringway.Backend;
import dev.ringway.BackendUnavailableException;
import dev.ringway.Buf;
import dev.ringway.Ring;
import dev.ringway.internal.ffi.Memory;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.testing.Cap;
import dev.ringway.testing.Count;
import dev.ringway.testing.CountingSys;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Items;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Pair;
import dev.ringway.testing.Parity;
import dev.ringway.testing.Row;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a ring can be told before it is made. It works with each setting, also with those that mean nothing to it.
@EveryBackend
class SettingsTest {
    private static final int MANY = 100;
    private static final Duration SHORT = Duration.ofMillis(1);

    @Test
    @Parity({"setting/submission_queue_size", "setting/completion_queue_size", "beyond/cq_overflow",
        "ring/submission_queue_full_is_handled_internally"})
    void whatDoesNotFitTheQueuesIsToldAllTheSame(TestBed bed) {
        Loop loop = bed.loop(options -> {
            options.entries = 2;
            options.completionEntries = 4;
        });
        answersAll(loop.ring());
        boolean small = bed.row().backend() == Backend.IO_URING;
        assertThat(loop.insides().details()).satisfies(details -> {
            if (small) {
                assertThat(details).contains("2 submission and 4 completion entries");
            }
        });
    }

    @Test
    @Parity("setting/maximum_queue_size")
    void theLargestQueuesAreMade(TestBed bed) throws BackendUnavailableException {
        try (Ring ring = builder(bed).entries(1 << 15).completionEntries(1 << 16).create()) {
            answersAll(ring);
        }
    }

    @Test
    @Parity({"setting/max_events", "setting/max_change_list_size"})
    void oneEventAndOneChangeInACallAreEnough(TestBed bed) throws IOException {
        Loop loop = bed.loop(options -> {
            options.events = 1;
            options.changes = 1;
        });
        List<Pair> pairs = new ArrayList<>();
        List<Count> counts = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Pair pair = Pair.open(bed, loop, Transport.UNIX);
            pairs.add(pair);
            counts.add(loop.start(pair.near().prepareReceive(loop.buffer(1))));
        }
        loop.settle();
        for (Pair pair : pairs) {
            pair.far().write(ByteBuffer.wrap(new byte[1]));
        }
        if (bed.caps().has(Cap.PLAIN_CALLS)) {
            loop.turn();
            assertThat(counts.stream().filter(Count::isDone).count()).as("told by one event").isLessThanOrEqualTo(1);
        }
        for (Count count : counts) {
            loop.until("every receive has its byte", count::isDone);
            assertThat(count.value()).isEqualTo(1);
        }
    }

    @Test
    @Parity("setting/idle_timeout")
    void aKernelThreadThatSleepsIsWoken(TestBed bed) throws Exception {
        try (Ring ring = builder(bed).kernelThread(SHORT).create()) {
            answersAll(ring);
            Thread.sleep(50); // it sleeps by now
            answersAll(ring);
        }
    }

    @Test
    @Parity({"setting/kernel_thread", "ring/wake_ring_with_kernel_thread"})
    void aKernelThreadTakesWhatIsSubmitted(TestBed bed) throws Exception {
        try (Ring ring = builder(bed).kernelThread(Duration.ofSeconds(2)).create()) {
            answersAll(ring);
            if (bed.row().backend() == Backend.IO_URING) {
                long before = ring.stats().enters();
                answersAll(ring);
                assertThat(ring.stats().enters() - before).as("enters for " + MANY + " operations").isLessThan(MANY);
            }
            Thread waker = Thread.startVirtualThread(ring::wake);
            ring.poll(Duration.ofSeconds(-1)); // without limit
            waker.join();
        }
    }

    @Test
    void aKernelThreadLosesNothing(TestBed bed) {
        Loop loop = bed.loop(options -> options.kernelThread = true);
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        byte[] sent = new byte[1 << 20];
        new Random(1).nextBytes(sent);
        byte[] got = new byte[sent.length];
        int[] at = {0};
        Items<Buf> items = loop.start(pair.near().prepareReceiveEach(loop.pool(4, 4096)), lease -> {
            int length = lease.readable();
            lease.get(got, at[0], length).release();
            at[0] += length;
        });
        pair.farSends(sent);
        loop.until("every byte has come", () -> at[0] == sent.length);
        assertThat(got).isEqualTo(sent);
        items.iteration().cancel();
        items.failure(CancellationException.class);
    }

    @Test
    @Parity({"setting/cpu_affinity", "beyond/cpu_affinity"})
    void aKernelThreadIsBoundToItsCpu(TestBed bed) throws BackendUnavailableException {
        try (Ring ring = builder(bed).kernelThread(SHORT, 0).create()) {
            answersAll(ring);
        }
        Ring.Builder nowhere = builder(bed).kernelThread(SHORT, 1 << 20);
        if (bed.row().backend() == Backend.IO_URING) {
            assertThatThrownBy(nowhere::create).isInstanceOf(BackendUnavailableException.class)
                    .hasMessageContaining("EINVAL");
        } else {
            nowhere.create().close();
        }
    }

    @Test
    @Parity({"setting/attach", "setting/attach_queue", "beyond/attach"})
    void ringsShareTheirWorkers(TestBed bed) throws Exception {
        long before = kernelThreads();
        Ring first = builder(bed).kernelThread(SHORT).create();
        try (Ring second = builder(bed).kernelThread(SHORT).shareWorkers(first).create();
                Ring other = builder(bed).kernelThread(SHORT).create()) {
            answersAll(second);
            answersAll(first);
            answersAll(other);
            assertThat(kernelThreads() - before).as("threads of the kernel's for three rings, of which two share one")
                    .isEqualTo(bed.row().backend() == Backend.IO_URING ? 2 : 0);
            first.close();
            answersAll(second);
        } finally {
            first.close();
        }
    }

    private static long kernelThreads() throws IOException {
        try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
            return tasks.filter(task -> name(task).startsWith("iou-sqp-")).count();
        }
    }

    private static String name(Path task) {
        try {
            return Files.readString(task.resolve("comm"));
        } catch (IOException endedMeanwhile) {
            return "";
        }
    }

    /// Sees the flags that a ring is made with.
    private static final class SeesSetup extends CountingSys {
        private int flags;

        SeesSetup(Sys real) {
            super(real);
        }

        @Override
        public int ioUringSetup(int entries, long params) {
            flags = Memory.getInt(params + Linux.PARAMS_FLAGS());
            return super.ioUringSetup(entries, params);
        }

        boolean has(int flag) {
            return (flags & flag) != 0;
        }
    }

    @ParameterizedTest(name = "with a thread of the kernel''s: {0}")
    @ValueSource(booleans = {false, true})
    @Parity({"setting/defer_task_run", "config/config_defer_task_run", "setting/single_issuer", "setting/disable"})
    void isMadeDisabledForOneIssuerAndWithDeferredWork(boolean kernelThread, TestBed bed) {
        SeesSetup[] sys = new SeesSetup[1];
        Loop loop = bed.loop(options -> {
            sys[0] = new SeesSetup(options.sys);
            options.sys = sys[0];
            options.kernelThread = kernelThread;
        });
        assertThat(loop.await(loop.ring().prepareNop())).isZero();
        boolean uring = bed.row().backend() == Backend.IO_URING;
        assertThat(sys[0].has(Linux.IORING_SETUP_R_DISABLED())).isEqualTo(uring);
        assertThat(sys[0].has(Linux.IORING_SETUP_SINGLE_ISSUER())).isEqualTo(uring);
        assertThat(sys[0].has(Linux.IORING_SETUP_DEFER_TASKRUN())).isEqualTo(uring && !kernelThread);
    }

    /// Made by one thread, polled by another: the kernel takes entries from the latter, since it enables the ring.
    @Test
    @Parity({"setting/disable", "setting/single_issuer", "operation/enable", "config/config_disabled",
        "config/config_single_issuer", "config/config_single_issuer_disabled_ring"})
    void whoPollsFirstOwnsTheRingAndNobodyElsePolls(TestBed bed) throws Exception {
        Ring[] made = {null};
        Thread maker = Thread.ofPlatform().start(() -> {
            try {
                made[0] = builder(bed).create();
            } catch (BackendUnavailableException unavailable) {
                throw new AssertionError(unavailable);
            }
        });
        maker.join();
        try (Ring ring = made[0]) {
            assertThat(ring.isOwner()).isFalse(); // nobody's yet: it is made disabled
            int[] nops = {0};
            Thread starter = Thread.ofPlatform().start(() -> ring.nop((count, failure) -> nops[0]++));
            starter.join();
            ring.poll(Duration.ZERO);
            assertThat(ring.isOwner()).isTrue();
            while (nops[0] == 0) {
                ring.poll(Duration.ofSeconds(1));
            }
            Throwable[] refused = {null};
            Thread second = Thread.ofPlatform().name("second").start(() -> {
                try {
                    ring.poll(Duration.ZERO);
                } catch (IllegalStateException notTheOwner) {
                    refused[0] = notTheOwner;
                }
            });
            second.join();
            assertThat(refused[0]).hasMessageContaining(Thread.currentThread().getName());
        }
    }

    @Test
    @Parity("beyond/clamp")
    void settingsThatMakeNoSenseAreRefusedAtOnce() {
        assertRefused("entries", () -> Ring.builder().entries(3));
        assertRefused("completionEntries", () -> Ring.builder().completionEntries(3));
        assertRefused("completionEntries", () -> Ring.builder().completionEntries(1 << 17));
        assertRefused("kernelThread", () -> Ring.builder().kernelThread(Duration.ofMillis(-1)));
        assertRefused("kernelThread", () -> Ring.builder().kernelThread(Duration.ofDays(365)));
        assertRefused("kernelThread", () -> Ring.builder().kernelThread(SHORT, -1));
        assertRefused("events", () -> Ring.builder().events(0));
        assertRefused("changes", () -> Ring.builder().changes((1 << 16) + 1));
        assertRefused("completionEntries", () -> Ring.builder().entries(64).completionEntries(32).create());
    }

    private static void assertRefused(String setting, ThrowingCallable call) {
        assertThatIllegalArgumentException().isThrownBy(call).withMessageStartingWith(setting + ": ");
    }

    private static Ring.Builder builder(TestBed bed) {
        Row row = bed.row();
        return Ring.builder().name("settings").backend(row.backend());
    }

    private static void answersAll(Ring ring) {
        int[] ended = {0};
        for (int i = 0; i < MANY; i++) {
            ring.nop((count, failure) -> ended[0] += failure == null ? 1 : 0);
        }
        for (int turns = 0; ended[0] < MANY; turns++) {
            assertThat(turns).as("turns for " + ended[0] + " of " + MANY).isLessThan(10 * MANY);
            ring.poll(Duration.ofSeconds(1));
        }
    }
}
