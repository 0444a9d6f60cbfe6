package dev.ringway.internal.op.tls;

import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.op.Driver;
import dev.ringway.internal.op.Interest;
import dev.ringway.internal.op.VoidOp;
import java.util.concurrent.RejectedExecutionException;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// What an engine wants to have done elsewhere, since it takes long or may block: keys, signatures, trust.
final class Tasks extends VoidOp {
    private final SSLEngine engine;
    private final String subject;
    private final boolean begins;
    /// Written by the thread that runs them, read when they are over.
    private @Nullable Throwable thrown;

    /// @param begins whether the handshake has to be begun, which makes keys too
    Tasks(Driver driver, SSLEngine engine, String subject, boolean begins) {
        super(driver, null); // a close of the socket does not wait for them
        this.engine = engine;
        this.subject = subject;
        this.begins = begins;
    }

    /// Starts them, and says when they are over; a ring that is closing refuses them.
    void startFor(Tls tls) {
        try {
            start((nothing, why) -> tls.thought(why));
        } catch (RejectedExecutionException refused) {
            tls.thought(refused);
        }
    }

    @Override
    public String call() {
        return "TLS tasks";
    }

    @Override
    public String subject() {
        return subject;
    }

    @Override
    public Interest interest() {
        return Interest.OFFLOAD;
    }

    @Override
    public int attempt(Sys sys) {
        try {
            if (begins) {
                engine.beginHandshake();
            }
            for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
                task.run();
            }
            return 0;
        } catch (SSLException | RuntimeException | Error why) {
            thrown = why;
            return -Errno.EPROTO;
        }
    }

    @Override
    protected @Nullable Throwable outcome() {
        Throwable why = thrown;
        return why != null ? why : super.outcome();
    }
}
