package dev.ringway.storm;

import dev.ringway.AsyncFd;
import dev.ringway.AsyncSocket;
import dev.ringway.Backend;
import dev.ringway.BufPool;
import dev.ringway.Ring;
import dev.ringway.internal.Access;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.LinuxSys;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.internal.loop.EventLoop;
import dev.ringway.internal.loop.LoopOptions;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Kind;
import dev.ringway.internal.op.PoolMemory;
import java.lang.reflect.Field;

/// What the storms look at behind the API, and what they make without it.
final class Probe {
    /// The plain system calls, for the other ends that the ring knows nothing of.
    static final Sys SYS = new LinuxSys();

    private Probe() {}

    /// A ring whose system calls go through a decorator.
    static Ring.Builder builder(Backend backend, Sys sys) {
        Ring.Builder builder = Ring.builder().backend(backend);
        field(Ring.Builder.class, "options", builder, LoopOptions.class).sys = sys;
        return builder;
    }

    static EventLoop loop(Ring ring) {
        return field(Ring.class, "loop", ring, EventLoop.class);
    }

    static Handle handle(AsyncFd fd) {
        return field(AsyncFd.class, "handle", fd, Handle.class);
    }

    static PoolMemory memory(BufPool pool) {
        return field(BufPool.class, "memory", pool, PoolMemory.class);
    }

    /// Completions that found no operation; 0 where there cannot be any.
    static long stale(Ring ring) {
        return ring.stats().stale();
    }

    /// Polling thread: a socket of the ring for an fd that was made elsewhere.
    static AsyncSocket socket(Ring ring, int fd, int family, String description) {
        Handle handle = new Handle(loop(ring), fd, Kind.STREAM, family, description);
        loop(ring).born(handle);
        return Access.api().socket(handle);
    }

    /// Another descriptor of the same file.
    static int duplicate(int fd) {
        return value(SYS.fcntl(fd, Linux.F_DUPFD_CLOEXEC(), 0), "fcntl");
    }

    static int value(int res, String call) {
        if (res < 0) {
            throw new IllegalStateException(call + " said " + Errno.name(-res));
        }
        return res;
    }

    private static <T> T field(Class<?> owner, String name, Object object, Class<T> type) {
        try {
            Field field = owner.getDeclaredField(name);
            field.setAccessible(true);
            return type.cast(field.get(object));
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }
}
