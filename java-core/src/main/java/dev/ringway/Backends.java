package dev.ringway;

import dev.ringway.internal.ffi.BsdSys;
import dev.ringway.internal.ffi.Kqueue;
import dev.ringway.internal.ffi.Platform;
import dev.ringway.internal.loop.EventLoop;
import dev.ringway.internal.loop.LoopOptions;
import dev.ringway.internal.op.Log;
import dev.ringway.internal.readiness.EpollPoller;
import dev.ringway.internal.readiness.KqueuePoller;
import dev.ringway.internal.readiness.ReadinessDriver;
import dev.ringway.internal.uring.SelfTest;
import dev.ringway.internal.uring.SetupFailure;
import dev.ringway.internal.uring.UringDriver;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Picks a backend: the one that was asked for and no other, else the best that works.
final class Backends {
    /// Names the backend to use, and no other: `io_uring`, `epoll` or `kqueue`.
    static final String PROPERTY = "ringway.backend";

    private static final AtomicBoolean FALLBACK_LOGGED = new AtomicBoolean();

    private Backends() {}

    /// A loop, and why it is of its kind.
    record Chosen(EventLoop loop, BackendChoice choice) {}

    static Chosen choose(@Nullable Backend asked, LoopOptions options) throws BackendUnavailableException {
        if (asked != null) {
            return forced(asked, options, "asked for by Ring.Builder.backend");
        }
        String property = System.getProperty(PROPERTY);
        if (property != null) {
            return forced(named(property), options, "asked for by -D" + PROPERTY);
        }
        if (!Platform.isLinux()) {
            return new Chosen(kqueue(options), new BackendChoice(Backend.KQUEUE, "the one of " + Platform.describe()));
        }
        try {
            return new Chosen(uring(options), new BackendChoice(Backend.IO_URING, "the best one, and it works here"));
        } catch (BackendUnavailableException uring) {
            String reason = "io_uring is not available: " + uring.getMessage();
            if (FALLBACK_LOGGED.compareAndSet(false, true)) {
                Log.logger().log(System.Logger.Level.INFO, "using epoll, since " + reason);
            }
            return new Chosen(epoll(options), new BackendChoice(Backend.EPOLL, reason));
        }
    }

    private static Backend named(String property) {
        for (Backend backend : Backend.values()) {
            if (backend.toString().equals(property)) {
                return backend;
            }
        }
        throw new IllegalArgumentException("-D" + PROPERTY + "=" + property
                + ": no such backend; there are " + Arrays.toString(Backend.values()));
    }

    private static Chosen forced(Backend asked, LoopOptions options, String reason)
            throws BackendUnavailableException {
        EventLoop loop = switch (asked) {
            case IO_URING -> uring(options);
            case EPOLL -> epoll(options);
            case KQUEUE -> kqueue(options);
        };
        return new Chosen(loop, new BackendChoice(asked, reason));
    }

    private static EventLoop uring(LoopOptions options) throws BackendUnavailableException {
        requireLinux(Backend.IO_URING);
        try {
            String broken = SelfTest.result();
            if (broken != null) {
                throw new BackendUnavailableException(Backend.IO_URING, broken, null);
            }
            return new UringDriver(options);
        } catch (SetupFailure failure) {
            throw new BackendUnavailableException(Backend.IO_URING, failure.getMessage() + "", failure);
        }
    }

    private static EventLoop epoll(LoopOptions options) throws BackendUnavailableException {
        requireLinux(Backend.EPOLL);
        try {
            return new ReadinessDriver(options, new EpollPoller(options.sys, options.events));
        } catch (IOException failure) {
            throw new BackendUnavailableException(Backend.EPOLL, failure.getMessage() + "", failure);
        }
    }

    private static EventLoop kqueue(LoopOptions options) throws BackendUnavailableException {
        if (!Kqueue.whyNot().isEmpty()) {
            throw new BackendUnavailableException(Backend.KQUEUE, Kqueue.whyNot(), null);
        }
        try {
            BsdSys sys = new BsdSys();
            options.sys = sys;
            return new ReadinessDriver(options, new KqueuePoller(sys, sys.layout(), options.events, options.changes));
        } catch (IOException failure) {
            throw new BackendUnavailableException(Backend.KQUEUE, failure.getMessage() + "", failure);
        }
    }

    private static void requireLinux(Backend backend) throws BackendUnavailableException {
        if (!Platform.isLinux() || Platform.architecture() == Platform.Architecture.OTHER) {
            throw new BackendUnavailableException(backend,
                    backend + " needs Linux on x86-64 or AArch64, and this is " + Platform.describe(), null);
        }
    }
}
