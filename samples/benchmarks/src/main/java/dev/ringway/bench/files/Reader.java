package dev.ringway.bench.files;

import dev.ringway.bench.CPrograms;
import dev.ringway.bench.CannotRunException;
import dev.ringway.bench.Jvm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A program that reads.
///
/// @param title its name on the page
/// @param waits whether it has one read in flight at most
/// @param launch how it is started
record Reader(String title, boolean waits, Launch launch) {
    static final String C = "C io_uring";
    static final String C_REGISTERED = "C io_uring, registered";
    static final String REGISTERED = "Ringway registered";
    static final String ASYNC_CHANNEL = "AsynchronousFileChannel, 1 thread";
    static final String ASYNC_CHANNEL_THREADS = "AsynchronousFileChannel, 16 threads";

    static final List<Reader> ALL = List.of(
            new Reader(C_REGISTERED, false, c("registered")),
            new Reader(C, false, c("plain")),
            new Reader(REGISTERED, false, ring("io_uring", "registered")),
            new Reader("Ringway", false, ring("io_uring", "plain")),
            new Reader("Ringway batch, registered", false, ring("io_uring", "batch")),
            new Reader("Ringway, epoll", false, ring("epoll", "plain")),
            new Reader("FileChannel", true, jvm(ChannelReads.class, List.of(), "")),
            new Reader(ASYNC_CHANNEL, false, jvm(AsyncChannelReads.class, List.of(), "1")),
            new Reader(ASYNC_CHANNEL_THREADS, false, jvm(AsyncChannelReads.class, List.of(), "16")));

    /// Makes the command of a program.
    @FunctionalInterface
    interface Launch {
        /// @param mode `cached` or `direct`
        /// @throws CannotRunException if it cannot be had here
        List<String> command(CPrograms programs, Path file, String mode)
                throws CannotRunException, IOException, InterruptedException;
    }

    private static Launch c(String how) {
        return (programs, file, mode) -> List.of(programs.path("file-reads"), file.toString(), mode, how);
    }

    private static Launch ring(String backend, String how) {
        return jvm(RingReads.class, List.of("-Dringway.backend=" + backend), how);
    }

    private static Launch jvm(Class<?> program, List<String> options, String how) {
        List<String> all = new ArrayList<>(Jvm.OPTIONS);
        all.addAll(options);
        return (programs, file, mode) -> {
            List<String> command = new ArrayList<>(Jvm.command(all, program.getName()));
            command.addAll(List.of(file.toString(), mode, how));
            return command;
        };
    }
}
