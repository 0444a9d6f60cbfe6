package dev.ringway.internal.uring;

import dev.ringway.internal.ffi.Memory;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.Window;
import dev.ringway.internal.ffi.generated.Linux;

/// Where the parts of a mapped ring are, as io_uring_setup(2) returned them: offsets into one mapping with both queues,
/// and a mapping of its own for the submission entries.
final class RingLayout {
    private final long ringsBytes;
    private final long entriesBytes;

    final Window rings;
    final int sqHead;
    final int sqTail;
    final int sqFlags;
    final int sqArray;
    final int sqEntries;
    final Window sqes;
    final int cqHead;
    final int cqTail;
    final int cqEntries;
    final int cqes;

    private RingLayout(long params, long rings, long ringsBytes, long sqes, long entriesBytes) {
        this.rings = new Window(rings, ringsBytes);
        this.ringsBytes = ringsBytes;
        this.sqes = new Window(sqes, entriesBytes);
        this.entriesBytes = entriesBytes;
        sqHead = Memory.getInt(params + Linux.PARAMS_SQ_OFF_HEAD());
        sqTail = Memory.getInt(params + Linux.PARAMS_SQ_OFF_TAIL());
        sqFlags = Memory.getInt(params + Linux.PARAMS_SQ_OFF_FLAGS());
        sqArray = Memory.getInt(params + Linux.PARAMS_SQ_OFF_ARRAY());
        sqEntries = Memory.getInt(params + Linux.PARAMS_SQ_ENTRIES());
        cqHead = Memory.getInt(params + Linux.PARAMS_CQ_OFF_HEAD());
        cqTail = Memory.getInt(params + Linux.PARAMS_CQ_OFF_TAIL());
        cqEntries = Memory.getInt(params + Linux.PARAMS_CQ_ENTRIES());
        cqes = Memory.getInt(params + Linux.PARAMS_CQ_OFF_CQES());
    }

    static RingLayout map(Sys sys, int fd, long params) throws SetupFailure {
        int sqEntries = Memory.getInt(params + Linux.PARAMS_SQ_ENTRIES());
        int cqEntries = Memory.getInt(params + Linux.PARAMS_CQ_ENTRIES());
        long array = Memory.getInt(params + Linux.PARAMS_SQ_OFF_ARRAY());
        long submission = array + (long) sqEntries * Integer.BYTES;
        long completion = Memory.getInt(params + Linux.PARAMS_CQ_OFF_CQES()) + (long) cqEntries * Linux.CQE_BYTES();
        long ringsBytes = Math.max(submission, completion);
        long entriesBytes = (long) sqEntries * Linux.SQE_BYTES();
        long rings = mapShared(sys, fd, ringsBytes, Linux.IORING_OFF_SQ_RING());
        long sqes;
        try {
            sqes = mapShared(sys, fd, entriesBytes, Linux.IORING_OFF_SQES());
        } catch (SetupFailure failure) {
            sys.munmap(rings, ringsBytes);
            throw failure;
        }
        return new RingLayout(params, rings, ringsBytes, sqes, entriesBytes);
    }

    private static long mapShared(Sys sys, int fd, long bytes, long offset) throws SetupFailure {
        long address = sys.mmap(bytes, Linux.PROT_READ() | Linux.PROT_WRITE(),
                Linux.MAP_SHARED() | Linux.MAP_POPULATE(), fd, offset);
        if (address < 0) {
            throw SetupFailure.of("mmap of the ring", (int) -address);
        }
        sys.madvise(address, bytes, Linux.MADV_DONTFORK()); // a child has no use for them
        return address;
    }

    void unmap(Sys sys) {
        sys.munmap(sqes.address(), entriesBytes);
        sys.munmap(rings.address(), ringsBytes);
    }
}
