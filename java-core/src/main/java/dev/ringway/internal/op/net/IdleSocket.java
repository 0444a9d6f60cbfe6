package dev.ringway.internal.op.net;

import dev.ringway.AsyncFd;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.op.Driver;
import dev.ringway.internal.op.Sqe;
import dev.ringway.internal.op.Step;
import dev.ringway.internal.op.io.Placing;
import org.jspecify.annotations.Nullable;

/// Makes a socket that is not connected, with an fd or as a direct descriptor.
abstract class IdleSocket<T extends AsyncFd> extends NewSocket<T> {
    private @Nullable Placing placing;

    IdleSocket(Driver driver, String call) {
        super(driver, call);
    }

    /// The fd, or -errno.
    abstract int make(Sys sys);

    /// What its user gets.
    abstract T door(int fd);

    /// What may help if it could not be made.
    String remedyOfMaking(int errno) {
        return "";
    }

    final void becomeDirect() {
        checkNew();
        placing = new Placing(driver);
    }

    final boolean becomesDirect() {
        return placing != null;
    }

    @Override
    public final boolean isDirect() {
        return placing == null;
    }

    @Override
    public final void prepare(Sqe sqe) {
        Placing place = placing;
        if (place == null) {
            return;
        }
        if (place.begins()) {
            int fd = make(driver.sys());
            place.made(fd, fd);
        }
        place.prepare(sqe, scratch);
    }

    @Override
    public final int attempt(Sys sys) {
        return placing == null ? make(sys) : placing.refusal();
    }

    @Override
    protected final Step step(int res) {
        Placing place = placing;
        if (place == null) {
            return res < 0 ? fail(res) : done(door(res));
        }
        int settled = place.settle(res, scratch);
        return settled < 0 ? fail(settled) : done(door(place.number(scratch, 0)));
    }

    @Override
    protected final String remedy(int errno) {
        String ofMaking = remedyOfMaking(errno);
        return placing == null ? ofMaking : placing.remedy(errno, ofMaking);
    }
}
