package dev.ringway.bench;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// What the kernel's scheduler counts of the threads of a process, those that have ended left out.
public final class Threads {
    private static final int RUN = 0;
    private static final int WAITED = 1;

    private Threads() {}

    /// Nanoseconds of CPU time that they have had, those of the kernel that work for the process among them.
    public static long runNanos(long pid) throws IOException {
        return sum(pid, RUN);
    }

    /// Nanoseconds that they have been ready and waiting for a core.
    public static long waitedNanos(long pid) throws IOException {
        return sum(pid, WAITED);
    }

    private static long sum(long pid, int column) throws IOException {
        long nanos = 0;
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "task"))) {
            for (Path thread : threads) {
                nanos += Long.parseLong(Files.readString(thread.resolve("schedstat")).split(" ")[column]);
            }
        } catch (NoSuchFileException endedMeanwhile) {
            return nanos;
        }
        return nanos;
    }
}
