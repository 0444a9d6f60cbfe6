package dev.ringway.bench.micro;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.ringway.BackendUnavailableException;
import dev.ringway.Completion;
import dev.ringway.IntCompletion;
import dev.ringway.Ring;
import dev.ringway.RingTimers;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/// What the parts of an operation cost on this machine, in nanoseconds, each through the public API where there is one.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = {"-Xms512m", "-Xmx512m", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"})
@SuppressWarnings("restricted") // the plain downcall
public class Micro {
    private static final int BATCH = 32;
    private static final int TASKS = 1_000;
    private static final int CALIBRATION_TOKENS = 100;
    private static final int GETPPID = System.getProperty("os.arch").equals("amd64") ? 110 : 173;
    private static final Duration NOW = Duration.ZERO;
    private static final Duration LONG = Duration.ofHours(1);

    /// One method handle for all calls, as the library has it.
    private static final MethodHandle SYSCALL = Linker.nativeLinker().downcallHandle(
            Linker.nativeLinker().defaultLookup().findOrThrow("syscall"),
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
            Linker.Option.firstVariadicArg(1),
            Linker.Option.captureCallState("errno"));

    /// A ring that the benchmark's thread polls.
    @State(Scope.Thread)
    public static class Polled {
        Ring ring;
        List<Ring.Nop> nops = new ArrayList<>();
        RingTimers.After timer;
        int open;
        final IntCompletion counted = (count, failure) -> ended(failure);
        final Completion<@Nullable Void> cancelled = (none, failure) -> open--;

        private void ended(@Nullable Throwable failure) {
            if (failure != null) {
                throw new AssertionError(failure);
            }
            open--;
        }

        @Setup
        public void open() throws BackendUnavailableException {
            ring = Ring.create();
            ring.poll(NOW);
            for (int i = 0; i < BATCH; i++) {
                nops.add(ring.prepareNop());
            }
            timer = ring.timers().prepareAfter(LONG);
        }

        @TearDown
        public void close() {
            ring.close();
        }
    }

    /// A ring that runs on a thread of its own.
    @State(Scope.Thread)
    public static class Running {
        Ring ring;
        final Semaphore done = new Semaphore(0);
        final Runnable release = done::release;
        final Runnable nothing = () -> {};

        @Setup
        public void open() throws BackendUnavailableException {
            ring = Ring.start("micro");
        }

        @TearDown
        public void close() {
            ring.close();
        }
    }

    /// Where errno goes.
    @State(Scope.Thread)
    public static class Captured {
        final MemorySegment segment = Arena.ofAuto().allocate(Linker.Option.captureStateLayout());
    }

    /// How fast this machine is at the moment: the other costs are divided by this before they are compared.
    @Benchmark
    public void calibration() {
        Blackhole.consumeCPU(CALIBRATION_TOKENS);
    }

    /// A system call that does nothing, with errno.
    @Benchmark
    public long downcall(Captured captured) throws Throwable {
        return (long) SYSCALL.invokeExact(captured.segment, (long) GETPPID, 0L, 0L, 0L);
    }

    /// A nop from start to completion: entry, slot, states, callback, and the kernel's share.
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void nop(Polled polled) {
        polled.open = BATCH;
        for (Ring.Nop nop : polled.nops) {
            nop.reset().start(polled.counted);
        }
        while (polled.open > 0) {
            polled.ring.poll(LONG);
        }
    }

    /// A timer that is armed, cancelled and told so.
    @Benchmark
    public void timer(Polled polled) {
        polled.open = 1;
        polled.timer.reset(LONG).start(polled.cancelled);
        polled.timer.cancel();
        while (polled.open > 0) {
            polled.ring.poll(NOW);
        }
    }

    /// A turn that finds nothing.
    @Benchmark
    public int turn(Polled polled) {
        return polled.ring.poll(NOW);
    }

    /// Memory of the ring's, taken and given back.
    @Benchmark
    public void buffer(Polled polled) {
        polled.ring.buffer(64).release();
    }

    /// A task on its way to the polling thread, among many.
    @Benchmark
    @OperationsPerInvocation(TASKS)
    public void handOff(Running running) throws InterruptedException {
        for (int i = 1; i < TASKS; i++) {
            running.ring.execute(running.nothing);
        }
        running.ring.execute(running.release);
        running.done.acquire();
    }

    /// A nop that a thread waits for: there and back.
    @Benchmark
    public int join(Running running) throws java.io.IOException {
        return running.ring.prepareNop().join();
    }
}
