package dev.ringway.internal.op.process;

import dev.ringway.SignalInfo;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Interest;
import dev.ringway.internal.op.Lane;
import dev.ringway.internal.op.Sqe;
import dev.ringway.internal.op.Step;
import dev.ringway.internal.op.Task;
import dev.ringway.internal.op.ValueOp;
import org.jspecify.annotations.Nullable;

/// read(2) of a signalfd, or of what the loop's own queue has told, once.
public final class ReceiveSignal extends ValueOp<SignalInfo> {
    private final Handle signals;

    public ReceiveSignal(Handle signals) {
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
    protected Step step(int res) {
        if (res == -Errno.ECANCELED && !ending()) {
            return Step.AGAIN; // it was only to look at what is retained
        }
        SignalInfo info = SignalRead.decode(res, scratch);
        return info == null ? fail(SignalRead.failure(res)) : done(info);
    }

    @Override
    protected void discard(SignalInfo unwanted) {
        driver.post(new Task() {
            @Override
            public void run() {
                SignalRead.keep(signals, unwanted, true);
            }
        });
    }
}
