package dev.ringway.bench.echo;

import dev.ringway.bench.CPrograms;
import dev.ringway.bench.CannotRunException;
import dev.ringway.bench.Jvm;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// A server that is compared; all answer each message with its own bytes, on one core.
///
/// @param title its name on the page
/// @param onJvm it needs warming up
/// @param launch how it is started
record Subject(String title, boolean onJvm, Launch launch) {
    static final String C_URING = "C io_uring";
    static final String C_EPOLL = "C epoll";
    static final String CALLBACK = "Ringway callback";
    static final String CALLBACK_EPOLL = "Ringway callback, epoll";
    static final String SUSPEND = "Ringway suspend";

    static final List<Subject> ALL = List.of(
            c(C_URING, "echo-uring"),
            jvm(CALLBACK, EchoCallbacks.class.getName(), "-Dringway.backend=io_uring"),
            jvm(SUSPEND, EchoSuspendKt.class.getName(), "-Dringway.backend=io_uring"),
            c(C_EPOLL, "echo-epoll"),
            jvm(CALLBACK_EPOLL, EchoCallbacks.class.getName(), "-Dringway.backend=epoll"));

    /// Makes the command of a server. Its last argument, the port, comes behind it.
    @FunctionalInterface
    interface Launch {
        /// @throws CannotRunException if it cannot be had here
        List<String> command(CPrograms programs) throws CannotRunException, IOException, InterruptedException;
    }

    private static Subject c(String title, String program) {
        return new Subject(title, false, programs -> List.of(programs.path(program)));
    }

    /// The backend is forced: a server that cannot have its own does not start.
    private static Subject jvm(String title, String mainClass, String... options) {
        List<String> all = new ArrayList<>(Jvm.OPTIONS);
        all.addAll(List.of(options));
        return new Subject(title, true, programs -> Jvm.command(all, mainClass));
    }
}
