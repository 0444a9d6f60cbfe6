package dev.ringway.internal.uring;

import dev.ringway.Buf;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Memory;
import dev.ringway.internal.ffi.Pages;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.internal.loop.LoopOptions;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Kind;
import dev.ringway.internal.op.PoolMemory;
import dev.ringway.internal.op.io.Nop;
import dev.ringway.internal.op.net.ReceiveEach;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Tries on a small ring of its own whether io_uring does here what it says: a nop, a receive into a provided buffer,
/// and a cancel. A filter or a broken kernel shows itself here, and not under load.
///
/// It runs once a process, on a thread of its own, since a ring belongs to a thread.
public final class SelfTest {
    private static final int TURNS = 100;
    private static final long TURN_NANOS = 20_000_000;

    private final UringDriver driver;
    private boolean nop;
    private int received;
    private @Nullable Throwable ended;
    private boolean over;

    private SelfTest(UringDriver driver) {
        this.driver = driver;
    }

    /// What was found, for good.
    ///
    /// @return null if everything works, else the reason why not
    public static @Nullable String result() {
        return Result.FAILURE;
    }

    /// Tries it once more, as a test may want to.
    static @Nullable String run(Sys sys) {
        @Nullable String[] failure = {"self-test: its thread failed"};
        Thread thread = Thread.ofPlatform().name("ringway-selftest").start(() -> failure[0] = runHere(sys));
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException restored) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return failure[0];
    }

    private static @Nullable String runHere(Sys sys) {
        LoopOptions options = new LoopOptions();
        options.name = "self-test";
        options.entries = 8;
        options.sys = sys;
        options.closeDeadlineNanos = 1_000_000_000;
        options.reportsUnended = false; // what fails here is said by the backend's choice
        UringDriver driver;
        try {
            driver = new UringDriver(options);
        } catch (SetupFailure failure) {
            return failure.getMessage();
        }
        String found = new SelfTest(driver).whatFails(sys);
        try {
            driver.close();
        } catch (RuntimeException broken) {
            return found == null ? "self-test: " + broken.getMessage() : found;
        }
        return found;
    }

    private @Nullable String whatFails(Sys sys) {
        try {
            tryAll(sys);
            return null;
        } catch (SetupFailure failure) {
            return failure.getMessage();
        } catch (RuntimeException broken) {
            return broken.getMessage();
        }
    }

    private void tryAll(Sys sys) throws SetupFailure {
        try (Pages memory = Pages.map(sys, 64)) {
            int res = sys.socketpair(Linux.AF_UNIX(), Linux.SOCK_STREAM() | Linux.SOCK_CLOEXEC(), 0, memory.address());
            if (res < 0) {
                throw SetupFailure.of("socketpair", -res);
            }
            int near = Memory.getInt(memory.address());
            int far = Memory.getInt(memory.address() + Integer.BYTES);
            try {
                tryWith(near, far, memory.address());
            } finally {
                sys.close(far);
            }
        }
    }

    private void tryWith(int near, int far, long byteAddress) throws SetupFailure {
        Handle handle = new Handle(driver, near, Kind.STREAM, Linux.AF_UNIX(), "of the self-test");
        driver.born(handle); // from now on the driver closes it, whatever happens
        new Nop(driver).start((count, failure) -> nop = failure == null);
        turnUntil("a nop", () -> nop);
        PoolMemory pool = driver.pool(2, 64);
        ReceiveEach receive = new ReceiveEach(handle, pool);
        receive.start(this::take, (nothing, failure) -> {
            ended = failure;
            over = true;
        });
        driver.poll(0);
        Memory.putByte(byteAddress, (byte) 42);
        int res = driver.sys().send(far, byteAddress, 1, Linux.MSG_NOSIGNAL());
        if (res < 0) {
            throw SetupFailure.of("send", -res);
        }
        turnUntil("a receive into a provided buffer", () -> received == 42);
        if (pool.group() < 0) {
            throw SetupFailure.of("io_uring_register", Errno.EOPNOTSUPP);
        }
        receive.cancel();
        turnUntil("a cancel", () -> over);
        if (!(ended instanceof CancellationException)) {
            throw new SetupFailure("self-test: a cancelled receive ended with " + ended, 0);
        }
    }

    private void take(Buf lease) {
        received = lease.get();
        lease.release();
    }

    private void turnUntil(String what, BooleanSupplier happened) throws SetupFailure {
        for (int turn = 0; turn < TURNS && !happened.getAsBoolean(); turn++) {
            driver.poll(TURN_NANOS);
        }
        if (!happened.getAsBoolean()) {
            throw new SetupFailure("self-test: " + what + " did not complete", 0);
        }
    }

    private static final class Result {
        static final @Nullable String FAILURE = run(new LoopOptions().sys);
    }
}
