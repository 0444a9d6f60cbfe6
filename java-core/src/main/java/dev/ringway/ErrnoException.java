package dev.ringway;

import java.io.IOException;
import java.io.Serial;
import java.util.Objects;

/// A system call failed with an error number for which the JDK has no exception type of its own.
///
/// See `man 3 errno`.
public final class ErrnoException extends IOException {
    @Serial
    private static final long serialVersionUID = 1;

    private final String call;
    private final int errno;
    private final String errnoName;

    /// One for a call that has failed.
    ///
    /// @param call      the system call, such as `recv`
    /// @param errno     the positive error number
    /// @param errnoName its symbolic name, such as `ENOSPC`
    /// @param message   call, subject, cause and, where known, the remedy
    public ErrnoException(String call, int errno, String errnoName, String message) {
        super(message);
        this.call = Objects.requireNonNull(call, "call");
        this.errno = errno;
        this.errnoName = Objects.requireNonNull(errnoName, "errnoName");
    }

    /// The system call that failed, such as `recv`.
    public String call() {
        return call;
    }

    /// The positive error number.
    public int errno() {
        return errno;
    }

    /// The symbolic name of the error number, such as `ENOSPC`.
    public String errnoName() {
        return errnoName;
    }
}
