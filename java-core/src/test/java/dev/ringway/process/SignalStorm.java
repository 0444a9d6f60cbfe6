package dev.ringway.process;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// A program for another process: a [Workload], all of whose threads get SIGWINCH a thousand times a second.
///
/// The signal has a handler, or the kernel would drop it, and calls are not restarted after it. See `man 3
/// siginterrupt`.
final class SignalStorm {
    private static final int SIGWINCH = 28;
    private static final long PERIOD_NANOS = 1_000_000;
    private static final int ROUNDS_A_LOOK = 100;
    private static final Linker LINKER = Linker.nativeLinker();

    private static volatile boolean over;
    private static volatile long signals;

    private SignalStorm() {}

    public static void main(String[] args) throws Throwable {
        MethodHandle signal = function("signal",
                FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
        // The handler has to be safe in a signal and to do nothing: getpid(2) is and does
        MemorySegment handler = LINKER.defaultLookup().findOrThrow("getpid");
        MemorySegment before = (MemorySegment) signal.invokeExact(SIGWINCH, handler);
        int interrupts = (int) function("siginterrupt", ints(2)).invokeExact(SIGWINCH, 1);
        if (interrupts != 0 || before.address() == -1) {
            throw new AssertionError("no handler for SIGWINCH");
        }
        Thread thread = Thread.ofPlatform().name("signals").start(SignalStorm::run);
        System.out.println("a sleep is interrupted: " + isSleepInterrupted());
        Workload.main(args);
        over = true;
        thread.join();
        System.out.println("signals: " + signals);
    }

    private static FunctionDescriptor ints(int count) {
        ValueLayout.OfInt[] parameters = new ValueLayout.OfInt[count];
        Arrays.fill(parameters, ValueLayout.JAVA_INT);
        return FunctionDescriptor.of(ValueLayout.JAVA_INT, parameters);
    }

    @SuppressWarnings("restricted") // signatures as the manual has them
    private static MethodHandle function(String name, FunctionDescriptor descriptor) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor);
    }

    private static boolean isSleepInterrupted() throws Throwable {
        MethodHandle usleep = function("usleep", ints(1));
        for (int i = 0; i < 5; i++) {
            int res = (int) usleep.invokeExact(500_000);
            if (res != 0) {
                return true;
            }
        }
        return false;
    }

    private static void run() {
        MethodHandle tgkill = function("tgkill", ints(3));
        int process = (int) ProcessHandle.current().pid();
        List<Integer> threads = List.of();
        long next = System.nanoTime();
        try {
            for (int round = 0; !over; round++) {
                if (round % ROUNDS_A_LOOK == 0) {
                    threads = threads();
                }
                for (int thread : threads) {
                    int res = (int) tgkill.invokeExact(process, thread, SIGWINCH); // it may have ended
                    signals += res == 0 ? 1 : 0;
                }
                next += PERIOD_NANOS;
                LockSupport.parkNanos(Math.max(1, Math.min(next - System.nanoTime(), TimeUnit.SECONDS.toNanos(1))));
            }
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static List<Integer> threads() throws IOException {
        List<Integer> found = new ArrayList<>();
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
            tasks.forEach(task -> found.add(Integer.parseInt(task.getFileName().toString())));
        }
        return found;
    }
}
