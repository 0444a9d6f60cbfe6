package dev.ringway.internal.op.process;

import dev.ringway.Signal;
import dev.ringway.SignalInfo;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Memory;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.internal.op.Handle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// read(2) of one signal, which signals that nobody got come before.
final class SignalRead {
    static final int BYTES = Linux.SIGNALFD_SIGINFO_BYTES();

    private SignalRead() {}

    static int attempt(Sys sys, Handle signals, long address) {
        return signals.hasRetained() ? signals.retained().take(address, BYTES) : sys.read(signals.fd, address, BYTES);
    }

    /// @param res what the read came to
    /// @return null if that is no signal
    static @Nullable SignalInfo decode(int res, long address) {
        if (res != BYTES) {
            return null;
        }
        int number = Memory.getInt(address + Linux.SIGNALFD_SIGINFO_SIGNO());
        return number < 1 || number > SignalNames.MOST ? null : new SignalInfo(Signal.of(number),
                Integer.toUnsignedLong(Memory.getInt(address + Linux.SIGNALFD_SIGINFO_PID())),
                Memory.getInt(address + Linux.SIGNALFD_SIGINFO_UID()));
    }

    /// Why there is no signal.
    static int failure(int res) {
        return res < 0 ? res : -Errno.EPROTO;
    }

    /// Keeps one that nobody got for who asks next.
    static void keep(Handle signals, SignalInfo info, boolean first) {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.nativeOrder());
        bytes.putInt(Linux.SIGNALFD_SIGINFO_SIGNO(), info.signal().number());
        bytes.putInt(Linux.SIGNALFD_SIGINFO_PID(), (int) info.pid());
        bytes.putInt(Linux.SIGNALFD_SIGINFO_UID(), info.user());
        signals.retain(bytes.array(), first);
    }
}
