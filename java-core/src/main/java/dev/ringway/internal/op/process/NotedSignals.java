package dev.ringway.internal.op.process;

import dev.ringway.Signal;
import dev.ringway.SignalInfo;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.op.Driver;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Kind;
import dev.ringway.internal.op.Notes;
import dev.ringway.internal.op.Source;
import org.jspecify.annotations.Nullable;

/// Signals that have come, as the loop's own queue counts them, in the place of a signalfd: EVFILT_SIGNAL in kqueue(2).
///
/// The queue says how often, not who sent them. So a number for each signal is all that is kept, and those of low
/// numbers come first, as with a signalfd.
final class NotedSignals implements Source {
    /// What has come so often is not counted on: nobody has received for long.
    private static final int MOST = 1 << 16;

    private final Notes notes;
    private final Notes.@Nullable Noted[] listening = new Notes.Noted[SignalNames.MOST + 1];
    private final int[] counts = new int[SignalNames.MOST + 1];
    private @Nullable Handle handle;

    NotedSignals(Notes notes) {
        this.notes = notes;
    }

    Handle begin(Driver driver, String names) {
        Handle made = Handle.of(driver, this, Kind.SIGNALS, names);
        handle = made;
        return made;
    }

    /// Any thread.
    ///
    /// @return 0 or -errno, and then nothing is told
    int add(long mask) {
        for (int signal = 1; signal < listening.length; signal++) {
            if ((mask >>> (signal - 1) & 1) != 0) {
                int number = signal;
                Notes.Noted who = (what, count) -> come(number, count);
                int res = notes.addSignal(signal, who);
                if (res < 0) {
                    close();
                    return res;
                }
                listening[signal] = who;
            }
        }
        return 0;
    }

    private void come(int signal, int count) {
        counts[signal] = Math.min(MOST, counts[signal] + Math.min(MOST, count));
        if (handle != null) {
            handle.tellReader();
        }
    }

    private int first() {
        for (int signal = 1; signal < counts.length; signal++) {
            if (counts[signal] > 0) {
                return signal;
            }
        }
        return 0;
    }

    @Override
    public boolean isReady() {
        return first() > 0;
    }

    @Override
    public int read(long address, int length) {
        int signal = first();
        if (signal == 0) {
            return -Errno.EAGAIN;
        }
        counts[signal]--;
        SignalRead.encode(new SignalInfo(Signal.of(signal), SignalInfo.UNKNOWN, SignalInfo.UNKNOWN), address);
        return length;
    }

    @Override
    public void close() {
        for (int signal = 1; signal < listening.length; signal++) {
            Notes.Noted who = listening[signal];
            if (who != null) {
                notes.removeSignal(signal, who);
            }
        }
    }
}
