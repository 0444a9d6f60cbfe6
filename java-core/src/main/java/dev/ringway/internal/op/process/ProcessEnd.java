package dev.ringway.internal.op.process;

import dev.ringway.WaitStatus;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.op.Driver;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Kind;
import dev.ringway.internal.op.Op;
import dev.ringway.internal.op.Step;
import dev.ringway.internal.op.Task;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// The end of one process, which others may learn of first: its pidfd, and what the JVM knows.
final class ProcessEnd {
    private final Driver driver;
    private final Whom whom;
    private @Nullable Handle pidfd;
    private boolean opened;
    private int refused;
    private int user = -1;
    private boolean willTell;

    ProcessEnd(Driver driver, Whom whom) {
        this.driver = driver;
        this.whom = whom;
    }

    /// Opens the pidfd, once. Of a process that has ended, and where there is none, waitid(2) alone tells.
    ///
    /// @return null if there is none
    @Nullable Handle open(Sys sys) {
        if (!opened) {
            opened = true;
            int fd = sys.pidfdOpen(whom.id());
            if (fd >= 0) {
                pidfd = new Handle(driver, fd, Kind.PROCESS, whom.toString());
                driver.born(pidfd);
                user = Math.max(-1, sys.pidfdUser(fd));
            } else if (fd != -Errno.ESRCH && fd != -Errno.ENOSYS) {
                refused = fd;
            }
        }
        return pidfd;
    }

    /// Why the pidfd could not be opened: 0 or -errno.
    int refused() {
        return refused;
    }

    /// What became of it, after somebody else has taken its status: null if that is not known, or not yet.
    @Nullable WaitStatus taken(Sys sys) {
        int word = pidfd == null ? -Errno.ENOSYS : sys.pidfdExit(pidfd.fd);
        if (word >= 0) {
            return Statuses.ofWord(whom.id(), user, word);
        }
        willTell = word == -Errno.EAGAIN;
        return whom.process() == null || whom.process().isAlive() ? null : byExitValue(whom.process());
    }

    /// Whether the kernel says so later: its parent has not taken leave of it.
    boolean willTell() {
        return willTell;
    }

    /// What became of it, once the JVM knows too; null before. If the JVM has something else, another process has got
    /// the number since.
    @Nullable WaitStatus agreed(WaitStatus status) {
        Process process = whom.process();
        if (process == null || !status.hasEnded()) {
            return status;
        }
        return process.isAlive() ? null
                : process.exitValue() == Statuses.exitValue(status) ? status : byExitValue(process);
    }

    private WaitStatus byExitValue(Process process) {
        return Statuses.ofExitValue(whom.id(), user, process.exitValue());
    }

    /// Runs an idle operation again when the JVM knows of the end.
    Step resumeAfterJvm(Op op) {
        CompletableFuture<?> known = whom.process() != null
                ? whom.process().onExit()
                : whom.handle() != null ? whom.handle().onExit() : CompletableFuture.completedFuture(whom);
        var _ = known.whenComplete((ended, failure) -> driver.post(new Task() {
            private boolean atTop;

            @Override
            public void run() { // from the top of the loop, since the JVM may have known already
                if (atTop) {
                    driver.resume(op);
                } else {
                    atTop = true;
                    driver.later(this);
                }
            }
        }));
        return Step.IDLE;
    }

    void close() {
        if (pidfd != null) {
            pidfd.closeAfterwards();
        }
    }
}
