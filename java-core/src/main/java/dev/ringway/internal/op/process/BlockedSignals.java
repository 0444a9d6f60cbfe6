package dev.ringway.internal.op.process;

import dev.ringway.internal.ffi.generated.Linux;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// Which signals every thread of this process blocks. See proc(5).
public final class BlockedSignals {
    private static final Path TASKS = Path.of("/proc/self/task");
    private static final String LINE = "SigBlk:";

    private BlockedSignals() {}

    /// A bit for each signal, bit 0 for the first.
    ///
    /// @throws IOException if the kernel does not say
    public static long everywhere() throws IOException {
        long blocked = -1;
        if (!Files.isDirectory(TASKS)) {
            return blocked; // nor are there signals that could be read
        }
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
            for (Path task : tasks) {
                blocked &= of(task);
            }
        }
        return blocked;
    }

    private static long of(Path task) throws IOException {
        try {
            for (String line : Files.readAllLines(task.resolve("status"))) {
                if (line.startsWith(LINE)) {
                    return Long.parseUnsignedLong(line.substring(LINE.length()).strip(), 16);
                }
            }
            throw new IOException(task + "/status has no line " + LINE);
        } catch (NoSuchFileException endedMeanwhile) {
            return -1;
        } catch (IOException e) {
            if (Files.exists(task)) {
                throw e;
            }
            return -1; // a thread that ends while it is read has no such process any more
        }
    }

    /// Why a thread does not block it, and what can be done, if anything.
    public static String reason(int signal) {
        if (signal == Linux.SIGKILL() || signal == Linux.SIGSTOP()) {
            return "nobody can block it";
        }
        if (signal == Linux.SIGSEGV() || signal == Linux.SIGBUS() || signal == Linux.SIGFPE()
                || signal == Linux.SIGILL() || signal == Linux.SIGUSR2()) {
            return "the JVM uses it itself";
        }
        if (signal > Linux.SIGSYS() && signal < SignalNames.REAL_TIME) {
            return "the C library uses it itself";
        }
        return "start the JVM with it blocked, and with -Xrs: env --block-signal=... java -Xrs ...";
    }
}
