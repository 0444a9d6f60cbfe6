package dev.ringway.internal.op.io;

import dev.ringway.PipeEnds;
import dev.ringway.RingStreams;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.op.Driver;
import dev.ringway.internal.op.Sqe;
import dev.ringway.internal.op.Step;
import dev.ringway.internal.op.ValueOp;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A pipe, its ends with fds or as direct descriptors.
public final class OpenPipe extends ValueOp<PipeEnds> implements RingStreams.Pipe {
    private final PipeCall pipe = new PipeCall();
    private @Nullable Placing placing;

    public OpenPipe(Driver driver) {
        super(driver, null);
    }

    @Override
    public OpenPipe packets() {
        checkNew();
        pipe.packets();
        return this;
    }

    @Override
    public OpenPipe size(int bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("pipe2: a pipe of " + bytes + " bytes; it must have at least 1");
        }
        checkNew();
        pipe.size(bytes);
        return this;
    }

    @Override
    public OpenPipe asDirectDescriptor() {
        checkNew();
        placing = new Placing(driver);
        return this;
    }

    @Override
    public OpenPipe timeout(Duration limit) {
        setTimeout(limit);
        return this;
    }

    @Override
    public String call() {
        return "pipe2";
    }

    @Override
    protected String remedy(int errno) {
        String ofMaking = PipeCall.remedy(errno);
        return placing == null ? ofMaking : placing.remedy(errno, ofMaking);
    }

    @Override
    public int scratchBytes() {
        return PipeCall.SCRATCH_BYTES;
    }

    @Override
    public boolean isDirect() {
        return placing == null;
    }

    @Override
    public void prepare(Sqe sqe) {
        Placing place = placing;
        if (place == null) {
            return;
        }
        if (place.begins()) {
            int res = pipe.make(driver.sys(), driver, scratch);
            place.made(res, PipeCall.fd(scratch, 0), PipeCall.fd(scratch, 1));
        }
        place.prepare(sqe, scratch);
    }

    @Override
    public int attempt(Sys sys) {
        return placing == null ? pipe.make(sys, driver, scratch) : placing.refusal();
    }

    @Override
    protected Step step(int res) {
        Placing place = placing;
        if (place == null) {
            return res < 0 ? fail(res) : done(pipe.ends(driver, PipeCall.fd(scratch, 0), PipeCall.fd(scratch, 1)));
        }
        int settled = place.settle(res, scratch);
        return settled < 0
                ? fail(settled)
                : done(pipe.ends(driver, place.number(scratch, 0), place.number(scratch, 1)));
    }

    @Override
    protected void discard(PipeEnds unwanted) {
        unwanted.source().close();
        unwanted.sink().close();
    }
}
