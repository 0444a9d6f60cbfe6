package dev.ringway.internal.op;

import dev.ringway.ErrnoException;
import dev.ringway.internal.ffi.Errno;
import java.io.EOFException;
import java.io.IOException;
import java.io.Serial;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.InterruptedByTimeoutException;
import java.nio.channels.ReadPendingException;
import java.nio.channels.WritePendingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/// The one place where a number from the kernel becomes an exception that users know.
///
/// Every message names the call, the subject, the error and, where it is known, the remedy.
public final class Failures {
    /// "The stream ended before enough bytes had come"; outside the range of errno.
    public static final int END_OF_STREAM = -10_001;
    /// "The offload executor refused the operation"; outside the range of errno.
    public static final int REJECTED = -10_002;

    private Failures() {}

    /// The exception for a failed operation. One that was asked to end says so if it was cancelled, and also if its
    /// handle was closed: a close shuts the socket down, so that any result without a value is of our own making.
    static Throwable of(Op op, int error) {
        if (op.ending() && (error == -Errno.ECANCELED || op.endedByUs())) {
            return ended(op);
        }
        String other = op.other();
        String about = op.call() + " on " + op.subject() + (other == null ? "" : " to " + other) + ": ";
        return switch (error) {
            case END_OF_STREAM -> new EOFException(about + "the stream ended before all bytes had come");
            case REJECTED -> new IOException(
                    about + "the offload executor rejected it; give the ring one that queues (Ring.Builder.offload)");
            default -> of(op, -error, about + Errno.message(-error) + " (" + Errno.name(-error) + ")" + remedy(-error)
                    + onDirect(op, -error) + op.remedy(-error));
        };
    }

    /// The same failure, asked for by a user, whose stack says where.
    static @Nullable Throwable here(@Nullable Throwable failure) {
        if (failure instanceof Cancelled cancelled) {
            cancelled.onUsersStack = true;
            cancelled.fillInStackTrace();
        }
        return failure;
    }

    private static IOException of(Op op, int errno, String message) {
        boolean onSocket = op.handle != null && op.handle.kind().isSocket();
        if (errno == Errno.ECONNREFUSED) {
            return new ConnectException(message);
        }
        if (errno == Errno.ETIMEDOUT) {
            return op.call().equals("connect") ? new ConnectException(message) : new SocketTimeoutException(message);
        }
        if (errno == Errno.EADDRINUSE || errno == Errno.EADDRNOTAVAIL) {
            return new BindException(message);
        }
        if (errno == Errno.EHOSTUNREACH || errno == Errno.ENETUNREACH) {
            return new NoRouteToHostException(message);
        }
        if (onSocket && (errno == Errno.ECONNRESET || errno == Errno.EPIPE || errno == Errno.ENOTCONN)) {
            return new SocketException(message);
        }
        if (errno == Errno.ENOENT) {
            return new NoSuchFileException(op.subject(), op.other(), message);
        }
        if (errno == Errno.EEXIST) {
            return new FileAlreadyExistsException(op.subject(), op.other(), message);
        }
        if (errno == Errno.EACCES) {
            return new AccessDeniedException(op.subject(), op.other(), message);
        }
        if (errno == Errno.ENOTEMPTY) {
            return new DirectoryNotEmptyException(op.subject());
        }
        return new ErrnoException(op.call(), errno, Errno.name(errno), message);
    }

    /// A call that failed outside of an operation.
    public static IOException outside(String call, String subject, int errno) {
        return new ErrnoException(call, errno, Errno.name(errno),
                call + " of " + subject + ": " + Errno.message(errno) + " (" + Errno.name(errno) + ")");
    }

    /// A call outside of an operation, which has to succeed.
    public static int require(String call, String subject, int res) throws IOException {
        if (res < 0) {
            throw outside(call, subject, -res);
        }
        return res;
    }

    private static Throwable ended(Op op) {
        if (op.cause() == Cause.CANCEL) {
            return new Cancelled(op.call(), op.subject());
        }
        String about = op.call() + " on " + op.subject() + ": ";
        return switch (op.cause()) {
            case TIMEOUT -> op.handle != null && op.handle.kind().isSocket()
                    ? new SocketTimeoutException(about + "timed out")
                    : new TimedOut(about + "timed out");
            case CLOSE -> new ClosedUnderway(about + "closed while the operation was in flight");
            case TEARDOWN -> new ClosedUnderway(about + "the ring was closed while the operation was in flight");
            default -> new Closed(about + "already closed");
        };
    }

    private static String remedy(int errno) {
        if (errno == Errno.EMFILE) {
            return "; raise RLIMIT_NOFILE (ulimit -n) or close what is not needed";
        }
        if (errno == Errno.ENFILE) {
            return "; raise the sysctl fs.file-max";
        }
        if (errno == Errno.EADDRINUSE) {
            return "; choose another address, or end the process that uses it";
        }
        return "";
    }

    private static String onDirect(Op op, int errno) {
        return errno == Errno.EOPNOTSUPP && op.onDirectDescriptor()
                ? "; this kernel does that for file descriptors alone: make one with Ring.toFileDescriptor"
                : "";
    }

    static void rethrow(@Nullable Throwable failure) throws IOException {
        if (failure == null) {
            return;
        }
        // No switch over types: the first one that a program comes to costs it a generated class.
        if (failure instanceof IOException checked) {
            throw checked;
        }
        if (failure instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        throw new IOException(failure);
    }

    /// A read side that cannot take one more operation.
    static ReadPendingException readPending(String message) {
        return new ReadRefused(message);
    }

    /// A write side that cannot take one more operation.
    static WritePendingException writePending(String message) {
        return new WriteRefused(message);
    }

    // The JDK's own types carry no message; these do, and go by the names of those.

    /// Made as often as operations are cancelled, which may be for each one that wins against its time limit: so the
    /// message is put together when somebody asks for it, and of the loop's own stack, which says nothing, there is no
    /// trace.
    private static final class Cancelled extends CancellationException {
        @Serial
        private static final long serialVersionUID = 1;

        private final String call;
        private final String subject;
        private boolean onUsersStack;

        Cancelled(String call, String subject) {
            this.call = call;
            this.subject = subject;
        }

        @Override
        public String getMessage() {
            return call + " on " + subject + ": cancelled";
        }

        @Override
        public String toString() {
            return CancellationException.class.getName() + ": " + getMessage();
        }

        @Override
        public synchronized Throwable fillInStackTrace() {
            return onUsersStack ? super.fillInStackTrace() : this;
        }
    }

    private static final class Closed extends ClosedChannelException {
        @Serial
        private static final long serialVersionUID = 1;

        private final String message;

        Closed(String message) {
            this.message = message;
        }

        @Override
        public String getMessage() {
            return message;
        }

        @Override
        public String toString() {
            return ClosedChannelException.class.getName() + ": " + message;
        }
    }

    private static final class ClosedUnderway extends AsynchronousCloseException {
        @Serial
        private static final long serialVersionUID = 1;

        private final String message;

        ClosedUnderway(String message) {
            this.message = message;
        }

        @Override
        public String getMessage() {
            return message;
        }

        @Override
        public String toString() {
            return AsynchronousCloseException.class.getName() + ": " + message;
        }
    }

    /// For an operation that has failed where there is no memory for saying why.
    static final class Speechless extends IOException {
        @Serial
        private static final long serialVersionUID = 1;

        Speechless() {
            super("an operation has failed, and the Java heap has no room for saying which and why; see -Xmx");
        }

        /// Everybody gets the same one: it must not keep what anybody adds to it.
        @Override
        public Throwable fillInStackTrace() {
            return this;
        }
    }

    private static final class TimedOut extends InterruptedByTimeoutException {
        @Serial
        private static final long serialVersionUID = 1;

        private final String message;

        TimedOut(String message) {
            this.message = message;
        }

        @Override
        public String getMessage() {
            return message;
        }

        @Override
        public String toString() {
            return InterruptedByTimeoutException.class.getName() + ": " + message;
        }
    }

    private static final class ReadRefused extends ReadPendingException {
        @Serial
        private static final long serialVersionUID = 1;

        private final String message;

        ReadRefused(String message) {
            this.message = message;
        }

        @Override
        public String getMessage() {
            return message;
        }

        @Override
        public String toString() {
            return ReadPendingException.class.getName() + ": " + message;
        }
    }

    private static final class WriteRefused extends WritePendingException {
        @Serial
        private static final long serialVersionUID = 1;

        private final String message;

        WriteRefused(String message) {
            this.message = message;
        }

        @Override
        public String getMessage() {
            return message;
        }

        @Override
        public String toString() {
            return WritePendingException.class.getName() + ": " + message;
        }
    }
}
