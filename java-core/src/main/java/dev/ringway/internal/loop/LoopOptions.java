package dev.ringway.internal.loop;

import dev.ringway.internal.ffi.Sys;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The settings of a loop, with their defaults.
public final class LoopOptions {
    /// For messages.
    public String name = "ring";
    /// Submission entries.
    public int entries = 256;
    /// Completion entries; 0 for as many as suit the submission entries.
    public int completionEntries;
    /// Whether a thread of the kernel's takes what is submitted.
    public boolean kernelThread;
    /// How long that thread looks for more before it sleeps; 0 for the kernel's default.
    public int kernelThreadIdleMillis;
    /// The CPU it runs on; -1 for any.
    public int kernelThreadCpu = -1;
    /// Whose kernel workers to share; null for nobody's.
    public @Nullable EventLoop sharesWorkersOf;
    /// Places for direct descriptors.
    public int directDescriptors;
    /// Events that are taken from epoll or kqueue in one call.
    public int events = 512;
    /// Changes that are kept for the next call to kqueue.
    public int changes = 256;
    /// Operations that may queue in one direction of a stream.
    public int queueLimit = 64;
    /// Tasks that may wait in the inbox.
    public int inboxLimit = 1 << 16;
    /// How long closing waits.
    public long closeDeadlineNanos = 5_000_000_000L;
    /// Where calls that may block run; null for threads of the loop's own.
    public @Nullable Executor offload;
    /// Whether to remember where fds were made.
    public boolean tracksCreation = Boolean.getBoolean("ringway.trackCreation");
    /// Gets what callbacks throw; null logs it.
    public @Nullable Consumer<? super Throwable> uncaught;
    /// The system calls and the clock.
    public Sys sys = Sys.here();
    /// Whether to log what has not ended by the close deadline.
    public boolean reportsUnended = true;

    /// The defaults.
    public LoopOptions() {}

    /// A copy, which later changes of the original do not reach.
    public LoopOptions(LoopOptions original) {
        name = original.name;
        entries = original.entries;
        completionEntries = original.completionEntries;
        kernelThread = original.kernelThread;
        kernelThreadIdleMillis = original.kernelThreadIdleMillis;
        kernelThreadCpu = original.kernelThreadCpu;
        sharesWorkersOf = original.sharesWorkersOf;
        directDescriptors = original.directDescriptors;
        events = original.events;
        changes = original.changes;
        queueLimit = original.queueLimit;
        inboxLimit = original.inboxLimit;
        closeDeadlineNanos = original.closeDeadlineNanos;
        offload = original.offload;
        tracksCreation = original.tracksCreation;
        uncaught = original.uncaught;
        sys = original.sys;
        reportsUnended = original.reportsUnended;
        asOldestUring = original.asOldestUring;
    }

    /// io_uring as an older kernel would have it, for tests.
    public boolean asOldestUring;
}
