package dev.ringway.internal.op.io;

import dev.ringway.Ring;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.op.Driver;
import dev.ringway.internal.op.IntOp;
import dev.ringway.internal.op.Sqe;
import dev.ringway.internal.op.Step;
import java.time.Duration;

/// Does nothing, through the kernel where it has a word for that.
public final class Nop extends IntOp implements Ring.Nop {
    public Nop(Driver driver) {
        super(driver, null);
    }

    @Override
    public Nop timeout(Duration limit) {
        setTimeout(limit);
        return this;
    }

    @Override
    public Nop reset() {
        renew();
        return this;
    }

    @Override
    public String call() {
        return "nop";
    }

    @Override
    public boolean isDirect() {
        return false;
    }

    @Override
    public void prepare(Sqe sqe) {
        sqe.nop();
    }

    @Override
    public int attempt(Sys sys) {
        return 0;
    }

    @Override
    protected Step step(int res) {
        return res < 0 ? fail(res, 0) : done(0);
    }
}
