package dev.ringway.internal.op;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The log lines of one place in the code: at most [#LINES] a second, however often it is come to.
///
/// Whatever a peer or load can provoke goes through here, so that neither can fill a disk or keep a polling thread busy
/// with logging. Lines that were left out are counted, and the next one says how many. No line has what a peer sent.
public final class Log {
    /// How many lines of one place there may be a second.
    public static final int LINES = 5;

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final System.Logger logger;
    private final System.Logger.Level level;
    private final LongSupplier clock;
    private boolean begun;
    private long secondBegan;
    private int lines;
    private long leftOut;

    public Log(System.Logger.Level level) {
        this(System.getLogger("dev.ringway"), level, System::nanoTime);
    }

    Log(System.Logger logger, System.Logger.Level level, LongSupplier clock) {
        this.logger = logger;
        this.level = level;
        this.clock = clock;
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
                logger.log(level, text);
            } else {
                logger.log(level, text, thrown);
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
