package dev.ringway.internal.op;

import dev.ringway.internal.ffi.Sys;
import org.jspecify.annotations.Nullable;

/// What operations, handles and doors may ask of the loop that drives them.
///
/// "Owner" is the polling thread. A method without that word may be called from any thread.
public interface Driver {
    /// Starts an operation: here and now on the owner, through the inbox from elsewhere.
    ///
    /// @param travels whether the caller is elsewhere
    /// @throws java.util.concurrent.RejectedExecutionException if the ring is closed or its inbox is full
    void start(Op op, boolean travels);

    /// Owner: an operation that was started elsewhere has arrived.
    void arrive(Op op);

    /// Owner: an operation in flight has made the fd that it goes on with.
    void attach(Op op, Handle born);

    /// Runs the task on the owner: at once if the caller is the owner, through the inbox from elsewhere.
    ///
    /// @return false if the ring is closed, so that nobody will ever run it
    boolean post(Task task);

    /// Ends the wait of its thread, or the next one.
    void wake();

    /// Whether the caller is the polling thread.
    boolean onOwner();

    /// The thread that polls, if there is one yet.
    @Nullable Thread owner();

    /// The system calls.
    Sys sys();

    /// Memory for buffers and scratch.
    Allocator memory();

    /// What the loop's own queue can tell of signals and files; null where the system has fds for that.
    @Nullable Notes notes();

    /// Flags with which sockets of this ring are made: close-on-exec always, non-blocking where the driver waits
    /// itself.
    int socketFlags();

    /// Name of the ring, for messages.
    String ringName();

    /// Whether to remember where fds were made.
    boolean tracksCreation();

    /// How many operations may queue in one direction of a stream.
    int queueLimit();

    /// How long a close from elsewhere waits, in nanoseconds.
    long closeDeadlineNanos();

    /// Owner: asks the kernel to end a started operation; its last completion follows in any case.
    void cancel(Op op, Cause cause);

    /// Owner: the operation may go on after [Step#IDLE].
    ///
    /// @return false if it is not idle: it is about to end
    boolean resume(Op op);

    /// Owner: tells the kernel to stop producing for an iteration that goes on later.
    void stop(MultiOp<?> op);

    /// Owner: what the operation waits for has come by another way: it is run again, if it waits for its fd.
    void runAgain(Op op);

    /// Owner: the kernel ends the round that it has, if it can, so that the operation learns how far it has come.
    void endRound(Op op);

    /// Owner: an idle operation has nothing more to wait for.
    void finished(Op op);

    /// Owner: runs the task from the top of the loop, this turn or the next.
    void later(Task task);

    /// Owner: runs this in every turn from now on, before the loop waits. It must not call back.
    void beforeWaiting(Runnable look);

    /// Owner: ends what [#beforeWaiting] began.
    void notBeforeWaiting(Runnable look);

    /// Owner: gives the operation a completion of its own making, delivered from the top of the loop.
    void completeLater(Op op, int res, int flags);

    /// Owner: arms a timer.
    void arm(TimerEntry entry, long delayNanos);

    /// Owner: disarms a timer, if it is armed.
    void disarm(TimerEntry entry);

    /// Owner: a new fd has come to life; the ring closes it at the latest when it is closed itself.
    void born(Handle handle);

    /// Owner: an fd has been closed, or is about to be: forget what the backend knows about it.
    void forget(Handle handle);

    /// Owner: an open fd goes on with another loop: forget what the backend knows about it.
    void handOver(Handle handle);

    /// Owner: the index by which the kernel knows this file on this ring, or -1 if only its number will do.
    int registeredFile(Handle file);

    /// What making a direct descriptor fails with here, as -errno; 0 if it can be made.
    int refusesDirect();

    /// Owner: closes a direct descriptor.
    ///
    /// @return 0 or -errno
    int closeDirect(int slot);

    /// Owner: none of its buffers is left.
    void unregister(RegisteredMemory memory);

    /// Owner: an operation found a pool without a buffer, and waits for one.
    void poolExhausted();

    /// Owner: something the user gave us threw.
    void uncaught(Throwable failure);
}
