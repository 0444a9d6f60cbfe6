package dev.ringway.internal.uring;

import dev.ringway.internal.ffi.Memory;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;

/// Where the parts of a mapped ring are: addresses, counts and masks, as io_uring_setup(2) returned them.
final class RingLayout {
    private final long rings;
    private final long ringsBytes;
    private final long entriesBytes;

    final long sqHead;
    final long sqTail;
    final long sqFlags;
    final long sqArray;
    final int sqEntries;
    final long sqes;
    final long cqHead;
    final long cqTail;
    final long cqOverflow;
    final int cqEntries;
    final long cqes;

    private RingLayout(long params, long rings, long ringsBytes, long sqes, long entriesBytes) {
        this.rings = rings;
        this.ringsBytes = ringsBytes;
        this.sqes = sqes;
        this.entriesBytes = entriesBytes;
        sqHead = rings + Memory.getInt(params + Linux.PARAMS_SQ_OFF_HEAD());
        sqTail = rings + Memory.getInt(params + Linux.PARAMS_SQ_OFF_TAIL());
        sqFlags = rings + Memory.getInt(params + Linux.PARAMS_SQ_OFF_FLAGS());
        sqArray = rings + Memory.getInt(params + Linux.PARAMS_SQ_OFF_ARRAY());
        sqEntries = Memory.getInt(params + Linux.PARAMS_SQ_ENTRIES());
        cqHead = rings + Memory.getInt(params + Linux.PARAMS_CQ_OFF_HEAD());
        cqTail = rings + Memory.getInt(params + Linux.PARAMS_CQ_OFF_TAIL());
        cqOverflow = rings + Memory.getInt(params + Linux.PARAMS_CQ_OFF_OVERFLOW());
        cqEntries = Memory.getInt(params + Linux.PARAMS_CQ_ENTRIES());
        cqes = rings + Memory.getInt(params + Linux.PARAMS_CQ_OFF_CQES());
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
        sys.munmap(sqes, entriesBytes);
        sys.munmap(rings, ringsBytes);
    }
}
