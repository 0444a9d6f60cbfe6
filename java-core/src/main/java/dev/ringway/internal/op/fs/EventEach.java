package dev.ringway.internal.op.fs;

import dev.ringway.FileEvent;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Interest;
import dev.ringway.internal.op.Lane;
import dev.ringway.internal.op.MultiOp;
import dev.ringway.internal.op.Sqe;
import dev.ringway.internal.op.Step;
import org.jspecify.annotations.Nullable;

/// read(2) of what the kernel has to tell, again and again; what is told is found out by [Watches].
public final class EventEach extends MultiOp<FileEvent> {
    private static final int BYTES = 4096;
    private static final int LARGEST = Linux.INOTIFY_EVENT_BYTES() + 256;

    private final Handle watcher;
    private final Watches watches;

    public EventEach(Handle watcher, Watches watches) {
        super(watcher.driver, watcher);
        this.watcher = watcher;
        this.watches = watches;
    }

    @Override
    public String call() {
        return "read";
    }

    /// Only where nothing is read can a new file be missing an fd.
    @Override
    protected String remedy(int errno) {
        return watcher.source() == null ? "" : VnodeWatches.remedy(errno);
    }

    @Override
    public @Nullable Lane lane() {
        return watcher.reads;
    }

    @Override
    public boolean reads() {
        return true;
    }

    @Override
    public int scratchBytes() {
        return BYTES;
    }

    @Override
    protected void fillScratch(long address) {
        watches.readBy(this);
    }

    /// There is something to tell: no need to read.
    @Override
    public boolean isImmediate() {
        return watches.isReady();
    }

    @Override
    public void prepare(Sqe sqe) {
        sqe.read(fd(), scratch, BYTES, -1);
    }

    @Override
    public Interest interest() {
        return Interest.READABLE;
    }

    @Override
    public int attempt(Sys sys) {
        return watches.hasEvents() ? 0 : watches.read(sys, scratch, BYTES);
    }

    /// As many as had room were read.
    @Override
    public boolean drains(int res) {
        return res <= BYTES - LARGEST;
    }

    @Override
    protected Step items(int res, int flags) {
        if (res > 0 && !watches.take(scratch, res, drains(res))) {
            return failed(-Errno.EIO);
        }
        while (watches.hasEvents() && !ending() && !saturated()) {
            deliver(watches.nextEvent());
        }
        if (ending()) {
            return failed(-Errno.ECANCELED);
        }
        return res >= 0 || res == -Errno.ECANCELED ? Step.AGAIN : failed(res);
    }

    @Override
    protected void returnInputs() {
        super.returnInputs();
        watches.readNoMoreBy(this);
    }

    @Override
    protected void discard(FileEvent untold, boolean first) {
        watches.keep(untold, first);
    }
}
