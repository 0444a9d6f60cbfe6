/// Non-blocking I/O for the JVM: sockets, files, pipes, processes, signals and timers on one ring.
///
/// A [Ring] is an event loop on the best interface that the kernel has for it. Its doors make the handles, and what
/// can be done with a handle are its methods:
///
/// | door | makes |
/// |---|---|
/// | [Ring#net()] | [AsyncSocket], [AsyncListener]; over a connected socket, [TlsSocket] |
/// | [Ring#files()] | [AsyncFile], [FileWatcher]; creates, renames and deletes paths |
/// | [Ring#streams()] | [AsyncSource] and [AsyncSink]: pipes, terminals, the standard streams |
/// | [Ring#processes()] | waits for processes, sends signals; [AsyncSignals] |
/// | [Ring#timers()] | timers |
/// | [Ring#buffer(int)], [Ring#pool(int, int)] | the memory: [Buf], [BufPool] |
///
/// [RingGroup] has a ring for each processor. What holds for all operations follows here, and is not said again with
/// each method.
///
/// # Operations
///
/// Every operation has two forms. The callback form starts it, and calls back when it has ended. The long form,
/// `prepare…`, makes an [Operation] or [IntOperation] that has not been started: for its options, its time limit, for a
/// future, for waiting on a virtual thread, and for starting it again.
///
/// ```java
/// try (Ring ring = Ring.start("reader");
///         AsyncFile file = ring.files().prepareOpen(path).join();
///         Buf buf = ring.buffer(4096)) {
///     file.prepareRead(buf).join();
///     return buf.getText(UTF_8);
/// }
/// ```
///
/// What yields more than one item (`…Each`) is an [Iteration], or as `…Publisher` a
/// [java.util.concurrent.Flow.Publisher].
///
/// # Threads
///
/// One thread polls a ring. Callbacks, wakers and subscribers are called there, from inside [Ring#poll], never on the
/// stack that started the operation, and must not block. Operations may be started, cancelled and closed from any
/// thread. A [Buf] is for one thread at a time.
///
/// # Failures
///
/// *Wrong use* throws an unchecked exception from the call that prepares or starts the operation, before any system
/// call, and changes nothing: [java.lang.IllegalArgumentException] or [java.lang.IndexOutOfBoundsException] for a value
/// out of range, [java.lang.IllegalStateException] for a buffer that is lent or an operation that was started already,
/// [java.nio.channels.ReadPendingException] or [java.nio.channels.WritePendingException] where too many wait for their
/// turn, [java.util.concurrent.RejectedExecutionException] if the ring is closed or its inbox is full.
///
/// *What the world does* is the operation's outcome: in the callback, from `join()`, in the future. Every operation may
/// end with
///
/// - [java.nio.channels.ClosedChannelException]: the handle was closed before it was started;
/// - [java.nio.channels.AsynchronousCloseException]: the handle or its ring was closed while it was in flight;
/// - [java.util.concurrent.CancellationException]: it was cancelled;
/// - [java.net.SocketTimeoutException] on a socket, [java.nio.channels.InterruptedByTimeoutException] elsewhere: its
///   time limit has passed;
/// - an [java.io.IOException] of the type that the JDK has for what the kernel said, else an [ErrnoException].
///
/// Each message names the call, what it worked on, the cause, and the remedy where there is a known one. The end of a
/// stream or a file is no failure: a count of -1, or an iteration that ends without one.
///
/// # Cancelling and time limits
///
/// A cancel asks; the outcome tells what has really happened. Memory that was handed to an operation belongs to it
/// until it has ended, whatever happens, and has then been advanced by exactly what was moved. What the kernel has
/// taken from a stream and nobody gets is what the next receive gets; a connection or a file that nobody gets is
/// closed.
///
/// # Numbers
///
/// Sizes, counts and offsets are in bytes, and count from 0. A [java.time.Duration] counts in nanoseconds; one of more
/// than 292 years is as good as that. Nothing is null unless it says so.
///
/// # Man pages
///
/// An operation names the man page of its system call, which tells the rest: what exactly it does, and with which
/// errors it can fail.
@NullMarked
package dev.ringway;

import org.jspecify.annotations.NullMarked;
