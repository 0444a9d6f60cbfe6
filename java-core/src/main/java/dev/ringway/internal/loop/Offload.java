package dev.ringway.internal.loop;

import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.op.Failures;
import dev.ringway.internal.op.Op;
import dev.ringway.internal.op.State;
import dev.ringway.internal.op.Task;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Runs attempts that may block on another thread, and brings their results back through the inbox.
///
/// An attempt that has not begun can be taken back; one that runs cannot, since there is no safe way to stop a thread
/// in a system call.
final class Offload {
    private static final int THREADS = 4;
    private static final long IDLE_SECONDS = 2;

    private final EventLoop loop;
    private final @Nullable Executor given;
    private @Nullable ThreadPoolExecutor own;

    Offload(EventLoop loop, @Nullable Executor given) {
        this.loop = loop;
        this.given = given;
    }

    /// Owner.
    void submit(Op op) {
        Work work = new Work(loop, op);
        op.offloaded = work;
        op.setState(State.OFFLOAD);
        try {
            executor().execute(work::attempt);
        } catch (RejectedExecutionException refused) {
            op.offloaded = null;
            loop.completeLater(op, Failures.REJECTED, 0);
        }
    }

    /// Owner: takes an attempt back.
    ///
    /// @return false if it has begun
    boolean takeBack(Op op) {
        return op.offloaded instanceof Work work && work.stage.compareAndSet(Work.WAITING, Work.TAKEN_BACK);
    }

    /// Owner: ends the threads once they have finished what they do.
    void close() {
        if (own != null) {
            own.shutdown();
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
                    Thread.ofPlatform().daemon().name("ringway-offload-" + loop.ringName() + "-", 0).factory());
            pool.allowCoreThreadTimeOut(true);
            own = pool;
        }
        return pool;
    }

    /// One attempt: made on the executor's thread, brought back as a task.
    private static final class Work extends Task {
        static final int WAITING = 0;
        static final int RUNNING = 1;
        static final int TAKEN_BACK = 2;

        final AtomicInteger stage = new AtomicInteger(WAITING);
        private final EventLoop loop;
        private final Op op;
        private int result;

        Work(EventLoop loop, Op op) {
            this.loop = loop;
            this.op = op;
        }

        void attempt() {
            if (!stage.compareAndSet(WAITING, RUNNING)) {
                return;
            }
            Sys sys = loop.sys();
            do {
                result = op.attempt(sys);
            } while (result == -Errno.EINTR && op.retriesInterrupt());
            if (!loop.postAlways(this)) {
                op.late(sys, result);
            }
        }

        /// Back on the polling thread.
        @Override
        public void run() {
            op.offloaded = null;
            loop.completed(op, result, op.attemptFlags());
        }
    }
}
