package dev.ringway.internal.loop;

import dev.ringway.internal.op.Log;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Where calls that may block run: the executor that was given, or a few threads of the loop's own, made when they are
/// needed and gone when they are not.
final class Offload {
    private static final Log REFUSED = new Log(System.Logger.Level.WARNING);
    private static final int THREADS = 4;
    private static final long IDLE_SECONDS = 2;

    private final String ringName;
    private final @Nullable Executor given;
    private @Nullable ThreadPoolExecutor own;

    Offload(String ringName, @Nullable Executor given) {
        this.ringName = ringName;
        this.given = given;
    }

    /// Owner.
    ///
    /// @return false if the executor refuses
    boolean execute(Runnable work) {
        try {
            executor().execute(work);
            return true;
        } catch (Throwable refused) { // also an executor's own defect, or no memory for a thread
            REFUSED.line("the offload executor of " + ringName + " refuses", refused);
            return false;
        }
    }

    private Executor executor() {
        if (given != null) {
            return given;
        }
        ThreadPoolExecutor pool = own;
        if (pool == null) {
            pool = new ThreadPoolExecutor(
                    THREADS, THREADS, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
                    Thread.ofPlatform().daemon().name("ringway-offload-" + ringName + "-", 0).factory());
            pool.allowCoreThreadTimeOut(true);
            own = pool;
        }
        return pool;
    }

    /// Owner: the threads end once they have finished what they do.
    void close() {
        if (own != null) {
            own.shutdown();
        }
    }
}
