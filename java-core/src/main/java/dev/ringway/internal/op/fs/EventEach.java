package dev.ringway.internal.op.fs;

import dev.ringway.FileEvent;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Memory;
import dev.ringway.internal.ffi.NativePath;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Interest;
import dev.ringway.internal.op.Lane;
import dev.ringway.internal.op.MultiOp;
import dev.ringway.internal.op.Sqe;
import dev.ringway.internal.op.Step;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// read(2) of what inotify has to tell, again and again; what is told is found out by [Watches].
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
        return watches.hasEvents();
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
        return watches.hasEvents() ? 0 : sys.read(fd(), scratch, BYTES);
    }

    /// As many as had room were read.
    @Override
    public boolean drains(int res) {
        return res <= BYTES - LARGEST;
    }

    @Override
    protected Step items(int res, int flags) {
        if (res > 0 && !read(res)) {
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

    /// @return false if it makes no sense
    private boolean read(int length) {
        for (int at = 0; at < length;) {
            long event = scratch + at;
            int left = length - at - Linux.INOTIFY_EVENT_BYTES();
            int nameBytes = left < 0 ? -1 : Memory.getInt(event + Linux.INOTIFY_EVENT_LEN());
            if (nameBytes < 0 || nameBytes > left) {
                return false;
            }
            watches.accept(new KernelEvents.Raw(
                    Memory.getInt(event + Linux.INOTIFY_EVENT_WD()),
                    Memory.getInt(event + Linux.INOTIFY_EVENT_MASK()),
                    Memory.getInt(event + Linux.INOTIFY_EVENT_COOKIE()),
                    name(event + Linux.INOTIFY_EVENT_NAME(), nameBytes)));
            at += Linux.INOTIFY_EVENT_BYTES() + nameBytes;
        }
        if (drains(length)) {
            watches.drained();
        }
        return true;
    }

    private static @Nullable Path name(long address, int room) {
        int length = 0;
        while (length < room && Memory.getByte(address + length) != 0) {
            length++;
        }
        if (length == 0) {
            return null;
        }
        byte[] bytes = new byte[length];
        Memory.copy(address, bytes, 0, length);
        return NativePath.path(bytes);
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
