package dev.ringway.conformance;

import dev.ringway.internal.ffi.Sys;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// A pseudo-terminal: the test types at one side, a program has the other.
///
/// See `man 7 pty`.
final class Terminal implements AutoCloseable {
    private final Sys sys;
    private final int outside;
    private final int inside;

    private Terminal(Sys sys, int outside, int inside) {
        this.sys = sys;
        this.outside = outside;
        this.inside = inside;
    }

    @SuppressWarnings("restricted") // the signature is that of the manual
    static Terminal open(Sys sys) {
        Linker linker = Linker.nativeLinker();
        MethodHandle openpty = linker.downcallHandle(linker.defaultLookup().findOrThrow("openpty"),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS,
                        ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.ADDRESS));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment fds = arena.allocate(ValueLayout.JAVA_INT, 2);
            MemorySegment none = MemorySegment.NULL;
            int res = (int) openpty.invokeExact(fds, fds.asSlice(Integer.BYTES), none, none, none);
            if (res != 0) {
                throw new AssertionError("openpty");
            }
            return new Terminal(
                    sys, fds.getAtIndex(ValueLayout.JAVA_INT, 0), fds.getAtIndex(ValueLayout.JAVA_INT, 1));
        } catch (Throwable e) {
            throw new AssertionError("openpty", e);
        }
    }

    /// The fd that a program has.
    int inside() {
        return inside;
    }

    void type(String text) {
        try (Arena arena = Arena.ofConfined()) {
            int length = text.length();
            int written = sys.write(outside, arena.allocateFrom(text).address(), length);
            if (written != length) {
                throw new AssertionError("typed " + written + " of " + length + " characters");
            }
        }
    }

    @Override
    public void close() {
        sys.close(inside);
        sys.close(outside);
    }
}
