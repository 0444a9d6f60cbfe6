package dev.ringway.internal.op;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The log lines of one place in the code: at most [#LINES] a second, however often it is come to.
///
/// Whatever a peer or load can provoke goes through here, so that neither can fill a disk or keep a polling thread busy
/// with logging. Lines that were left out are counted, and the next one says how many. No line has what a peer sent.
///
/// The logger is looked up for the first line, unless [#ready] was called: finding one starts the JDK's logging, which
/// costs a short program milliseconds, and most programs never have a line.
public final class Log {
    /// How many lines of one place there may be a second.
    public static final int LINES = 5;

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private static volatile System.@Nullable Logger found;

    private final Supplier<System.Logger> logger;
    private final System.Logger.Level level;
    private final LongSupplier clock;
    private boolean begun;
    private long secondBegan;
    private int lines;
    private long leftOut;

    public Log(System.Logger.Level level) {
        this(Log::logger, level, System::nanoTime);
    }

    Log(Supplier<System.Logger> logger, System.Logger.Level level, LongSupplier clock) {
        this.logger = logger;
        this.level = level;
        this.clock = clock;
    }

    /// Any thread: Ringway's own.
    public static System.Logger logger() {
        System.Logger known = found;
        if (known == null) {
            known = System.getLogger("dev.ringway");
            found = known;
        }
        return known;
    }

    /// Looks the logger up now: for lines about there being no fd left, since finding one needs fds.
    public Log ready() {
        var _ = logger.get();
        return this;
    }

    /// Any thread: writes a line, if there may be one more.
    public void line(String message) {
        line(message, null);
    }

    /// Any thread: writes a line about an exception, if there may be one more. What the logger throws goes nowhere: the
    /// polling thread has better things to do than to end because of it.
    public void line(String message, @Nullable Throwable thrown) {
        long before = admit();
        if (before < 0) {
            return;
        }
        String text = before == 0 ? message : message + " (and " + before + " times since the last line)";
        try {
            if (thrown == null) {
                logger.get().log(level, text);
            } else {
                logger.get().log(level, text, thrown);
            }
        } catch (Throwable loggersOwn) {
            leaveOut(before + 1);
        }
    }

    /// How many were left out before this one; -1 if this one is to be left out too.
    private synchronized long admit() {
        long now = clock.getAsLong();
        if (!begun || now - secondBegan >= SECOND) {
            begun = true;
            secondBegan = now;
            lines = 0;
        }
        if (lines == LINES) {
            leftOut++;
            return -1;
        }
        lines++;
        long before = leftOut;
        leftOut = 0;
        return before;
    }

    private synchronized void leaveOut(long more) {
        leftOut += more;
    }
}
