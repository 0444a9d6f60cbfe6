package dev.ringway.internal.ffi;

import static dev.ringway.internal.ffi.generated.Linux.MAP_ANONYMOUS;
import static dev.ringway.internal.ffi.generated.Linux.MAP_PRIVATE;
import static dev.ringway.internal.ffi.generated.Linux.PROT_READ;
import static dev.ringway.internal.ffi.generated.Linux.PROT_WRITE;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Whole pages of zeroed native memory, for slabs, pools and whatever the kernel wants aligned to a page.
 *
 * <p>Mapped straight from the kernel and not from an {@link java.lang.foreign.Arena}: an arena guards accesses through
 * its segments, of which a raw address has none, and closing a shared one stops every thread of the process. Memory
 * that the kernel may still write to is simply never closed; there is no cleaner that could do it behind our back.
 *
 * <p>Closing belongs to the owner, one thread.
 */
public final class Pages implements AutoCloseable {

    private static final int LARGEST_PAGE = 1 << 16;

    private final Sys sys;
    private final long address;
    private final long bytes;
    private boolean closed;

    private Pages(Sys sys, long address, long bytes) {
        this.sys = sys;
        this.address = address;
        this.bytes = bytes;
    }

    /**
     * Maps {@code bytes}, and what is left of their last page.
     *
     * @throws IllegalArgumentException if {@code bytes} is not positive
     * @throws OutOfMemoryError if the kernel refuses, naming the errno. See mmap(2)
     */
    public static Pages map(Sys sys, long bytes) {
        if (bytes <= 0 || bytes > Long.MAX_VALUE - LARGEST_PAGE) {
            throw new IllegalArgumentException("cannot map " + bytes + " bytes of native memory");
        }
        // The kernel rounds up to whole pages, here and in munmap(2)
        long address = sys.mmap(bytes, PROT_READ() | PROT_WRITE(), MAP_PRIVATE() | MAP_ANONYMOUS(), -1, 0);
        if (address < 0) {
            int errno = (int) -address;
            throw new OutOfMemoryError("mmap(2) of " + bytes + " bytes of native memory: " + Errno.name(errno) + ", "
                    + Errno.message(errno));
        }
        return new Pages(sys, address, bytes);
    }

    /** Returns the size of a page of this machine, a power of two. See getpagesize(2). */
    public static int size() {
        return Size.BYTES;
    }

    /** Returns where it begins, aligned to a page. */
    public long address() {
        return address;
    }

    /** Returns how many bytes were asked for. */
    public long bytes() {
        return bytes;
    }

    /** Unmaps it; every address into it is invalid from now on. Closing again does nothing. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            sys.munmap(address, bytes);
        }
    }

    /** Asked of the C library when somebody wants to know, not when the first page is mapped. */
    private static final class Size {

        static final int BYTES = ask();

        private static int ask() {
            MethodHandle getpagesize = LibcFunction.find("getpagesize", "i");
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment errno = arena.allocate(Linker.Option.captureStateLayout());
                return getpagesize == null
                        ? LARGEST_PAGE
                        : (int) (long) getpagesize.invokeExact(errno, 0L, 0L, 0L, 0L, 0L, 0L);
            } catch (Error error) {
                throw error;
            } catch (Throwable impossible) {
                throw new AssertionError("getpagesize(2) throws nothing", impossible);
            }
        }
    }
}
