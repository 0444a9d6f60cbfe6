package dev.ringway.internal.op.io;

import dev.ringway.Buf;
import dev.ringway.Ring;
import dev.ringway.internal.Access;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Pages;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.internal.op.Driver;
import dev.ringway.internal.op.Interest;
import dev.ringway.internal.op.RegisteredMemory;
import dev.ringway.internal.op.Sqe;
import dev.ringway.internal.op.VoidOp;
import java.time.Duration;
import java.util.Objects;

/// madvise(2) on whole pages of a buffer, which it lends meanwhile.
///
/// The kernel rounds a length up to whole pages, which would reach into somebody else's memory: that is refused here.
public final class AdviseMemory extends VoidOp implements Ring.Advise {
    private final Buf buf;
    private final Buf.Advice advice;
    private int offset;
    private int length;

    public AdviseMemory(Driver driver, Buf buf, Buf.Advice advice) {
        super(driver, null);
        this.buf = required(buf, "buf");
        this.advice = required(advice, "advice");
        this.length = buf.capacity();
    }

    @Override
    public AdviseMemory range(int from, int bytes) {
        checkNew();
        Objects.checkFromIndexSize(from, bytes, buf.capacity());
        offset = from;
        length = bytes;
        return this;
    }

    @Override
    public AdviseMemory timeout(Duration limit) {
        setTimeout(limit);
        return this;
    }

    @Override
    public String call() {
        return "madvise";
    }

    @Override
    public String subject() {
        return "bytes " + offset + " to " + (offset + (long) length) + " of a buffer of " + buf.capacity();
    }

    @Override
    protected void takeInputs() {
        if (loses() && Access.api().store(buf) instanceof RegisteredMemory) {
            throw new IllegalArgumentException(call() + " on " + subject() + ": " + advice + " would part it from the "
                    + "pages that the kernel knows it by, since it is one of Ring.registeredBuffers; use Ring.buffer");
        }
        Access.api().lend(buf, call());
        boolean whole = false;
        try {
            requireWholePages();
            whole = true;
        } finally {
            if (!whole) {
                returnInputs();
            }
        }
    }

    private boolean loses() {
        return advice == Buf.Advice.DONT_NEED || advice == Buf.Advice.FREE;
    }

    private void requireWholePages() {
        int page = Pages.size();
        long base = Access.api().address(buf);
        if (length > 0 && (base + offset) % page == 0 && length % page == 0) {
            return;
        }
        long first = Math.floorMod(-base, (long) page);
        long most = Math.max(0, buf.capacity() - first) / page * page;
        throw new IllegalArgumentException(call() + " on " + subject() + ": not whole pages of " + page + " bytes; "
                + (most == 0 ? "there is none in it" : "those in it are at offset " + first + ", " + most + " bytes"));
    }

    @Override
    protected void returnInputs() {
        Access.api().giveBack(buf, 0, 0);
    }

    private long start() {
        return Access.api().address(buf) + offset;
    }

    private int number() {
        return switch (advice) {
            case NORMAL -> Linux.MADV_NORMAL();
            case RANDOM -> Linux.MADV_RANDOM();
            case SEQUENTIAL -> Linux.MADV_SEQUENTIAL();
            case WILL_NEED -> Linux.MADV_WILLNEED();
            case DONT_NEED -> Linux.MADV_DONTNEED();
            case FREE -> Linux.MADV_FREE();
            case COLD -> Linux.MADV_COLD();
            case PAGE_OUT -> Linux.MADV_PAGEOUT();
            case POPULATE_READ -> Linux.MADV_POPULATE_READ();
            case POPULATE_WRITE -> Linux.MADV_POPULATE_WRITE();
            case HUGE_PAGE -> Linux.MADV_HUGEPAGE();
            case NO_HUGE_PAGE -> Linux.MADV_NOHUGEPAGE();
            case MERGEABLE -> Linux.MADV_MERGEABLE();
            case UNMERGEABLE -> Linux.MADV_UNMERGEABLE();
            case DONT_DUMP -> Linux.MADV_DONTDUMP();
            case DO_DUMP -> Linux.MADV_DODUMP();
            case WIPE_ON_FORK -> Linux.MADV_WIPEONFORK();
            case KEEP_ON_FORK -> Linux.MADV_KEEPONFORK();
        };
    }

    @Override
    public void prepare(Sqe sqe) {
        sqe.madvise(start(), length, number());
    }

    @Override
    public Interest interest() {
        return Interest.OFFLOAD;
    }

    @Override
    public int attempt(Sys sys) {
        return sys.madvise(start(), length, number());
    }

    @Override
    protected String remedy(int errno) {
        return errno == Errno.EINVAL ? "; this system does not take " + advice + ", or not for this memory" : "";
    }
}
