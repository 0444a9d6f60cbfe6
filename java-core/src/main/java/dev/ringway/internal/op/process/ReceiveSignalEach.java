package dev.ringway.internal.op.process;

import dev.ringway.SignalInfo;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Interest;
import dev.ringway.internal.op.Lane;
import dev.ringway.internal.op.MultiOp;
import dev.ringway.internal.op.Sqe;
import dev.ringway.internal.op.Step;
import org.jspecify.annotations.Nullable;

/// read(2) of a signalfd, or of what the loop's own queue has told, again and again.
public final class ReceiveSignalEach extends MultiOp<SignalInfo> {
    private final Handle signals;

    public ReceiveSignalEach(Handle signals) {
        super(signals.driver, signals);
        this.signals = signals;
    }

    @Override
    public String call() {
        return OpenSignals.call(driver);
    }

    @Override
    public @Nullable Lane lane() {
        return signals.reads;
    }

    @Override
    public int scratchBytes() {
        return SignalRead.BYTES;
    }

    @Override
    public boolean isImmediate() {
        return SignalRead.isReady(signals);
    }

    @Override
    public void prepare(Sqe sqe) {
        sqe.read(fd(), scratch, SignalRead.BYTES, -1);
    }

    @Override
    public Interest interest() {
        return Interest.READABLE;
    }

    @Override
    public int attempt(Sys sys) {
        return SignalRead.attempt(sys, signals, scratch);
    }

    @Override
    protected Step items(int res, int flags) {
        SignalInfo info = SignalRead.decode(res, scratch);
        if (info != null) {
            deliver(info);
            return Step.AGAIN;
        }
        if (ending()) {
            return failed(-Errno.ECANCELED);
        }
        return res == -Errno.ECANCELED ? Step.AGAIN : failed(SignalRead.failure(res));
    }

    /// Who receives next gets it.
    @Override
    protected void discard(SignalInfo unwanted, boolean first) {
        SignalRead.keep(signals, unwanted, first);
    }
}
