package dev.ringway.internal.op.process;

import dev.ringway.internal.ffi.Sys;
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
    public static long everywhere(Sys sys) throws IOException {
        if (!Files.isDirectory(TASKS)) {
            return harmless(sys);
        }
        long blocked = -1;
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
            for (Path task : tasks) {
                blocked &= of(task);
            }
        }
        return blocked;
    }

    /// Where other threads cannot be asked: signals that this thread blocks, and those that do nothing when they come,
    /// which the kernel tells of nevertheless. One that the system does not have is refused when it is added.
    static long harmless(Sys sys) {
        long harmless = 0;
        for (int signal = 1; signal <= SignalNames.MOST; signal++) {
            int action = sys.signalAction(signal);
            if (action <= 0 || (action == 1 && doesNothing(signal))) {
                harmless |= 1L << (signal - 1);
            }
        }
        return harmless;
    }

    /// By default, on macOS and the BSDs.
    private static boolean doesNothing(int signal) {
        return signal == Linux.SIGCHLD() || signal == Linux.SIGCONT() || signal == Linux.SIGURG()
                || signal == Linux.SIGWINCH() || signal == Linux.SIGIO();
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
