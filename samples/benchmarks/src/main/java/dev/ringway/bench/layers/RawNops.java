package dev.ringway.bench.layers;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/// What `nop.c` does, in straight-line Java: a ring of its own through the Foreign Function & Memory API, no
/// operations, no callbacks. What the JVM costs, before any layer.
@SuppressWarnings("restricted") // a benchmark with a ring of its own
final class RawNops implements Layer {
    private static final int SETUP = 425; // the same on all architectures
    private static final int ENTER = 426;
    private static final int ENTRIES = 1024;
    private static final int SETUP_SINGLE_ISSUER = 1 << 12;
    private static final int SETUP_DEFER_TASKRUN = 1 << 13;
    private static final int ENTER_GETEVENTS = 1;
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_SHARED_POPULATE = 0x8001;
    private static final long SQES_OFFSET = 0x1000_0000;
    private static final int PARAMS_BYTES = 120;
    private static final int SQ_OFFSETS = 40;
    private static final int CQ_OFFSETS = 80;
    private static final int SQE_BYTES = 64;
    private static final int SQE_USER_DATA = 32;
    private static final int CQE_BYTES = 16;
    private static final int CQE_RES = 8;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout CAPTURED = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = CAPTURED.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle SYSCALL = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("syscall"),
            FunctionDescriptor.of(
                    JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
            Linker.Option.firstVariadicArg(1),
            Linker.Option.captureCallState("errno"));
    private static final MethodHandle MMAP = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("mmap"),
            FunctionDescriptor.of(ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle CLOSE = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("close"), FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
    private static final VarHandle INT = JAVA_INT.varHandle().withInvokeExactBehavior();

    private final MemorySegment captured = Arena.ofAuto().allocate(CAPTURED);
    private final int ring;
    private final long sqTail;
    private final long sqes;
    private final int sqMask;
    private final long cqHead;
    private final long cqTail;
    private final long cqes;
    private final int cqMask;

    /// @throws IOException if the kernel refuses
    RawNops() throws IOException {
        MemorySegment params = Arena.ofAuto().allocate(PARAMS_BYTES, Long.BYTES);
        params.set(JAVA_INT, 8, SETUP_SINGLE_ISSUER | SETUP_DEFER_TASKRUN);
        ring = (int) call(SETUP, ENTRIES, params.address(), 0, 0);
        if (ring < 0) {
            throw new IOException("io_uring_setup: errno " + -ring);
        }
        int sqEntries = params.get(JAVA_INT, 0);
        int cqEntries = params.get(JAVA_INT, 4);
        long array = params.get(JAVA_INT, SQ_OFFSETS + 24);
        long cqesAt = params.get(JAVA_INT, CQ_OFFSETS + 20);
        long base = map(Math.max(array + 4L * sqEntries, cqesAt + (long) CQE_BYTES * cqEntries), 0);
        sqes = map((long) SQE_BYTES * sqEntries, SQES_OFFSET);
        sqTail = base + params.get(JAVA_INT, SQ_OFFSETS + 4);
        sqMask = sqEntries - 1;
        cqHead = base + params.get(JAVA_INT, CQ_OFFSETS);
        cqTail = base + params.get(JAVA_INT, CQ_OFFSETS + 4);
        cqes = base + cqesAt;
        cqMask = cqEntries - 1;
        for (int i = 0; i < sqEntries; i++) {
            ALL.set(JAVA_INT, base + array + 4L * i, i);
        }
    }

    private long map(long bytes, long offset) {
        try {
            MemorySegment mapped = (MemorySegment)
                    MMAP.invokeExact(0L, bytes, PROT_READ_WRITE, MAP_SHARED_POPULATE, ring, offset);
            return mapped.address();
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    /// @return the result, or -errno
    private long call(long number, long a, long b, long c, long d) {
        try {
            long result = (long) SYSCALL.invokeExact(captured, number, a, b, c, d, 0L, 0L);
            return result == -1 ? -(int) ERRNO.get(captured, 0L) : result;
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    @Override
    public long run(int batch, long nanos) {
        long completed = 0;
        long end = System.nanoTime() + nanos;
        while (end - System.nanoTime() > 0) {
            for (int i = 0; i < TURNS_PER_CLOCK_READ; i++) {
                turn(batch);
                completed += batch;
            }
        }
        return completed;
    }

    private void turn(int batch) {
        int tail = (int) INT.get(ALL, sqTail);
        for (int i = 0; i < batch; i++) {
            long sqe = sqes + (long) (tail++ & sqMask) * SQE_BYTES;
            for (int at = 0; at < SQE_BYTES; at += Long.BYTES) {
                ALL.set(JAVA_LONG, sqe + at, 0L); // the opcode of a nop is 0
            }
            ALL.set(JAVA_INT, sqe + 4, -1);
            ALL.set(JAVA_LONG, sqe + SQE_USER_DATA, i);
        }
        INT.setRelease(ALL, sqTail, tail);
        long res = call(ENTER, ring, batch, batch, ENTER_GETEVENTS);
        int head = (int) INT.get(ALL, cqHead);
        int last = (int) INT.getAcquire(ALL, cqTail);
        long sum = 0;
        int seen = 0;
        for (; head != last; head++, seen++) {
            long cqe = cqes + (long) (head & cqMask) * CQE_BYTES;
            if (ALL.get(JAVA_INT, cqe + CQE_RES) != 0) {
                throw new AssertionError("nop: " + ALL.get(JAVA_INT, cqe + CQE_RES));
            }
            sum += ALL.get(JAVA_LONG, cqe);
        }
        INT.setRelease(ALL, cqHead, head);
        if (seen != batch || sum != (long) batch * (batch - 1) / 2) {
            throw new AssertionError(batch + " nops submitted (" + res + "), " + seen
                    + " completed, sum of their numbers " + sum);
        }
    }

    @Override
    public void close() {
        try {
            int ignored = (int) CLOSE.invokeExact(ring);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }
}
