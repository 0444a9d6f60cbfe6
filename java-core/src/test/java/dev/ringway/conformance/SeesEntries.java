package dev.ringway.conformance;

import dev.ringway.internal.ffi.Memory;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.testing.CountingSys;
import java.util.Set;
import java.util.TreeSet;

/// Sees what io_uring is told, and can have it refuse to register.
final class SeesEntries extends CountingSys {
    private final Set<String> seen = new TreeSet<>();
    private final Set<Integer> refused;
    private final int errno;
    private long entries;
    private long bytes;

    SeesEntries(Sys real) {
        this(real, Set.of(), 0);
    }

    /// @param refused opcodes of io_uring_register
    SeesEntries(Sys real, Set<Integer> refused, int errno) {
        super(real);
        this.refused = refused;
        this.errno = errno;
    }

    /// What has gone into an entry: how it reads or writes, and how it names the file.
    Set<String> seen() {
        return seen;
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
    public int ioUringRegister(int fd, int opcode, long argument, int count) {
        return refused.contains(opcode) ? -errno : super.ioUringRegister(fd, opcode, argument, count);
    }

    @Override
    public int ioUringEnter(int fd, int toSubmit, int minComplete, int flags, long argument, long argumentBytes) {
        for (long entry = entries; entry < entries + bytes; entry += Linux.SQE_BYTES()) {
            look(Memory.getByte(entry + Linux.SQE_OPCODE()) & 0xff, Memory.getByte(entry + Linux.SQE_FLAGS()));
        }
        return super.ioUringEnter(fd, toSubmit, minComplete, flags, argument, argumentBytes);
    }

    private void look(int opcode, int flags) {
        boolean fixed = opcode == Linux.IORING_OP_READ_FIXED() || opcode == Linux.IORING_OP_WRITE_FIXED();
        if (fixed || opcode == Linux.IORING_OP_READV()) {
            seen.add(fixed ? opcode == Linux.IORING_OP_READ_FIXED() ? "READ_FIXED" : "WRITE_FIXED" : "READV");
        }
        if (opcode == Linux.IORING_OP_SEND_ZC()) {
            seen.add("SEND_ZC");
        }
        if ((flags & Linux.IOSQE_FIXED_FILE()) != 0) {
            seen.add("FIXED_FILE");
        }
    }
}
