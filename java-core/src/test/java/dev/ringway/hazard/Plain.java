package dev.ringway.hazard;

import dev.ringway.internal.ffi.LinuxSys;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/// Plain system calls, past the ring.
final class Plain {
    private static final Sys SYS = new LinuxSys();

    private Plain() {}

    /// A pipe that Ringway knows nothing of.
    ///
    /// @param flags of pipe2(2), beside O_CLOEXEC
    static Pipe pipe(int flags) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment fds = arena.allocate(ValueLayout.JAVA_INT, 2);
            require(SYS.pipe2(fds.address(), Linux.O_CLOEXEC() | flags), "pipe2");
            return new Pipe(fds.getAtIndex(ValueLayout.JAVA_INT, 0), fds.getAtIndex(ValueLayout.JAVA_INT, 1));
        }
    }

    /// @param source the fd to read from
    /// @param sink   the fd to write to
    record Pipe(int source, int sink) {}

    static int duplicate(int fd) {
        return require(SYS.fcntl(fd, Linux.F_DUPFD_CLOEXEC(), 0), "fcntl");
    }

    /// Sets or clears O_NONBLOCK.
    static void setNonBlocking(int fd, boolean nonBlocking) {
        int flags = require(SYS.fcntl(fd, Linux.F_GETFL(), 0), "fcntl");
        int wanted = nonBlocking ? flags | Linux.O_NONBLOCK() : flags & ~Linux.O_NONBLOCK();
        require(SYS.fcntl(fd, Linux.F_SETFL(), wanted), "fcntl");
    }

    static void shutdown(int fd) {
        require(SYS.shutdown(fd, Linux.SHUT_RDWR()), "shutdown");
    }

    static void write(int fd, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        try (Arena arena = Arena.ofConfined()) {
            long address = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes).address();
            require(SYS.write(fd, address, bytes.length), "write");
        }
    }

    /// What is there to be read, at most so many bytes.
    static String read(int fd, int limit) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(limit);
            int count = require(SYS.read(fd, memory.address(), limit), "read");
            return new String(memory.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
        }
    }

    static void close(int fd) {
        require(SYS.close(fd), "close");
    }

    private static int require(int res, String call) {
        if (res < 0) {
            throw new AssertionError(call + " said " + res);
        }
        return res;
    }
}
