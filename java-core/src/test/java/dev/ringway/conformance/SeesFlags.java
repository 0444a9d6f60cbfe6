package dev.ringway.conformance;

import dev.ringway.internal.ffi.Memory;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.testing.CountingSys;

/// Counts sends of messages with and without MSG_MORE, by the call or by an entry of io_uring.
final class SeesFlags extends CountingSys {
    private long entries;
    private long bytes;
    private int with;
    private int without;

    SeesFlags(Sys real) {
        super(real);
    }

    int withMore() {
        return with;
    }

    int withoutMore() {
        return without;
    }

    private void see(int flags) {
        if ((flags & Linux.MSG_MORE()) != 0) {
            with++;
        } else {
            without++;
        }
    }

    @Override
    public int sendmsg(int fd, long message, int flags) {
        see(flags);
        return super.sendmsg(fd, message, flags);
    }

    @Override
    public long mmap(long length, int protection, int flags, int fd, long offset) {
        long address = super.mmap(length, protection, flags, fd, offset);
        if (offset == Linux.IORING_OFF_SQES()) {
            entries = address;
            bytes = length;
        }
        return address;
    }

    @Override
    public int ioUringEnter(int fd, int toSubmit, int minComplete, int flags, long argument, long argumentBytes) {
        for (long entry = entries; entry < entries + bytes; entry += Linux.SQE_BYTES()) {
            if ((Memory.getByte(entry + Linux.SQE_OPCODE()) & 0xff) == Linux.IORING_OP_SENDMSG()) {
                see(Memory.getInt(entry + Linux.SQE_OP_FLAGS()));
            }
        }
        return super.ioUringEnter(fd, toSubmit, minComplete, flags, argument, argumentBytes);
    }
}
