package dev.ringway.internal.op.process;

import dev.ringway.Signal;
import dev.ringway.SignalInfo;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Memory;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Source;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// read(2) of one signal, which signals that nobody got come before.
final class SignalRead {
    static final int BYTES = Linux.SIGNALFD_SIGINFO_BYTES();

    private SignalRead() {}

    static int attempt(Sys sys, Handle signals, long address) {
        if (signals.hasRetained()) {
            return signals.retained().take(address, BYTES);
        }
        Source source = signals.source();
        return source == null ? sys.read(signals.fd, address, BYTES) : source.read(address, BYTES);
    }

    /// Whether an attempt would give one without a look at the fd.
    static boolean isReady(Handle signals) {
        Source source = signals.source();
        return signals.hasRetained() || (source != null && source.isReady());
    }

    /// @param res what the read came to
    /// @return null if that is no signal
    static @Nullable SignalInfo decode(int res, long address) {
        if (res != BYTES) {
            return null;
        }
        int number = Memory.getInt(address + Linux.SIGNALFD_SIGINFO_SIGNO());
        return number < 1 || number > SignalNames.MOST ? null : new SignalInfo(Signal.of(number),
                Memory.getInt(address + Linux.SIGNALFD_SIGINFO_PID()),
                Memory.getInt(address + Linux.SIGNALFD_SIGINFO_UID()));
    }

    /// Why there is no signal.
    static int failure(int res) {
        return res < 0 ? res : -Errno.EPROTO;
    }

    /// Keeps one that nobody got for who asks next.
    static void keep(Handle signals, SignalInfo info, boolean first) {
        signals.retain(encode(info), first);
    }

    private static byte[] encode(SignalInfo info) {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.nativeOrder());
        bytes.putInt(Linux.SIGNALFD_SIGINFO_SIGNO(), info.signal().number());
        bytes.putInt(Linux.SIGNALFD_SIGINFO_PID(), (int) info.pid());
        bytes.putInt(Linux.SIGNALFD_SIGINFO_UID(), info.user());
        return bytes.array();
    }

    static void encode(SignalInfo info, long address) {
        Memory.copy(encode(info), 0, address, BYTES);
    }
}
