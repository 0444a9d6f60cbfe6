package dev.ringway.internal.op.io;

import dev.ringway.internal.ffi.Memory;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Kind;

/// What splice(2) does, through a buffer: for bytes that were taken before and that nobody got, and where there is no
/// such call. What was taken and not given goes back to where it came from.
final class SpliceCopy {
    private static final int BYTES = 8192;

    private final Handle in;
    private final Handle out;
    private long buffer;
    private int start;
    private int held;

    SpliceCopy(Handle in, Handle out) {
        this.in = in;
        this.out = out;
    }

    /// Whether bytes have been taken that have not been given.
    boolean holds() {
        return held > 0;
    }

    /// Takes, if it holds nothing, and gives.
    ///
    /// @param retained whether to take what was taken before
    /// @param from     offset in the file to take from, or -1
    /// @param at       offset in the file to give to, or -1
    /// @return how many bytes were given; 0 at the end
    int move(Sys sys, long scratch, int length, boolean retained, long from, long at) {
        if (held == 0) {
            if (buffer == 0) {
                buffer = in.driver.memory().allocate(BYTES);
            }
            start = 0;
            int most = Math.min(length, BYTES);
            int res = retained ? in.retained().take(buffer, most) : read(sys, scratch, most, from);
            if (res <= 0) {
                return res;
            }
            held = res;
        }
        int res = write(sys, scratch, at);
        if (res > 0) {
            start += res;
            held -= res;
        }
        return res;
    }

    private int read(Sys sys, long scratch, int most, long from) {
        if (in.kind() == Kind.SOURCE) {
            return PlainCalls.read(sys, in, scratch, buffer, most);
        }
        if (in.kind().isSocket()) {
            return sys.recv(in.fd, buffer, most, Linux.MSG_DONTWAIT());
        }
        return from < 0 ? sys.read(in.fd, buffer, most) : sys.pread(in.fd, buffer, most, from);
    }

    private int write(Sys sys, long scratch, long at) {
        if (out.kind() == Kind.SINK) {
            return PlainCalls.write(sys, out, scratch, buffer + start, held);
        }
        if (out.kind().isSocket()) {
            return sys.send(out.fd, buffer + start, held, Linux.MSG_NOSIGNAL() | Linux.MSG_DONTWAIT());
        }
        return at < 0
                ? sys.write(out.fd, buffer + start, held)
                : sys.pwrite(out.fd, buffer + start, held, at);
    }

    /// Owner: no more follows.
    ///
    /// @param moves whether taking has moved the position of a file
    void end(boolean moves) {
        if (held > 0 && in.kind() != Kind.FILE) {
            byte[] bytes = new byte[held];
            Memory.copy(buffer + start, bytes, 0, held);
            in.retain(bytes, true);
        } else if (held > 0 && moves) {
            in.driver.sys().lseek(in.fd, -held, Linux.SEEK_CUR());
        }
        held = 0;
        if (buffer != 0) {
            in.driver.memory().free(buffer, BYTES);
            buffer = 0;
        }
    }
}
