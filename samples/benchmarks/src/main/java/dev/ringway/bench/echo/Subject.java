package dev.ringway.bench.echo;

import dev.ringway.bench.CPrograms;
import dev.ringway.bench.CannotRunException;
import dev.ringway.bench.Jvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A server that is compared; all answer each message with its own bytes, on one core.
///
/// @param title its name on the page
/// @param kind what it takes to run it
/// @param launch how it is started
record Subject(String title, Kind kind, Launch launch) {
    static final String C_URING = "C io_uring";
    static final String C_EPOLL = "C epoll";
    static final String A10 = "a10 (Rust)";
    static final String CALLBACK = "Ringway callback";
    static final String CALLBACK_EPOLL = "Ringway callback, epoll";
    static final String SUSPEND = "Ringway suspend";
    static final String SUSPEND_EPOLL = "Ringway suspend, epoll";
    static final String JOIN = "Ringway join, virtual threads";
    static final String NETTY_URING = "Netty io_uring";
    static final String NETTY_BUFFER_RING = "Netty io_uring, buffer ring";
    static final String NETTY_EPOLL = "Netty epoll";
    static final String NIO = "JDK NIO selector";
    static final String VIRTUAL_THREADS = "virtual threads, blocking sockets";
    static final String KTOR_IO = "Ktor, Dispatchers.IO";
    static final String KTOR_SINGLE = "Ktor, one thread";
    static final String VERTX = "Vert.x";

    /// The path of an echo server written with a10. It takes the port as its argument.
    private static final String A10_PROPERTY = "bench.a10";

    /// Carriers of virtual threads: as many as the core that everything is pinned to can run.
    private static final String ONE_CARRIER = "-Djdk.virtualThreadScheduler.parallelism=1";

    private static final String ON_URING = "-Dringway.backend=io_uring";
    private static final String ON_EPOLL = "-Dringway.backend=epoll";

    static final List<Subject> ALL = List.of(
            c(C_URING, "echo-uring"),
            jvm(CALLBACK, EchoCallbacks.class, List.of(ON_URING)),
            jvm(SUSPEND, EchoSuspendKt.class, List.of(ON_URING)),
            jvm(JOIN, EchoJoin.class, List.of(ON_URING, ONE_CARRIER)),
            new Subject(A10, Kind.FOREIGN, programs -> a10()),
            jvm(NETTY_URING, EchoNetty.class, List.of(), "io_uring"),
            jvm(NETTY_BUFFER_RING, EchoNetty.class, List.of(), "buffer-ring"),
            c(C_EPOLL, "echo-epoll"),
            jvm(CALLBACK_EPOLL, EchoCallbacks.class, List.of(ON_EPOLL)),
            jvm(SUSPEND_EPOLL, EchoSuspendKt.class, List.of(ON_EPOLL)),
            jvm(NETTY_EPOLL, EchoNetty.class, List.of(), "epoll"),
            jvm(NIO, EchoNio.class, List.of()),
            jvm(VIRTUAL_THREADS, EchoVirtualThreads.class, List.of(ONE_CARRIER)),
            jvm(VERTX, EchoVertx.class, List.of()),
            jvm(KTOR_IO, EchoKtor.class, List.of(), "io"),
            jvm(KTOR_SINGLE, EchoKtor.class, List.of(), "single"));

    /// What it takes to run a server.
    enum Kind {
        C,
        /// It needs warming up.
        JVM,
        /// It is told its port, tells nothing, and does not end with its standard input.
        FOREIGN
    }

    /// Makes the command of a server. Its last argument, the port, comes behind it.
    @FunctionalInterface
    interface Launch {
        /// @throws CannotRunException if it cannot be had here
        List<String> command(CPrograms programs) throws CannotRunException, IOException, InterruptedException;
    }

    /// Whether nothing can be compared without it. What else does not work here is *not run*.
    boolean isEssential() {
        return title.startsWith("Ringway") || title.startsWith("C ");
    }

    private static Subject c(String title, String program) {
        return new Subject(title, Kind.C, programs -> List.of(programs.path(program)));
    }

    /// Backends are forced: a server that cannot have its own does not start.
    private static Subject jvm(String title, Class<?> main, List<String> options, String... arguments) {
        List<String> all = new ArrayList<>(Jvm.OPTIONS);
        all.addAll(options);
        return new Subject(title, Kind.JVM, programs -> {
            List<String> command = new ArrayList<>(Jvm.command(all, main.getName()));
            command.addAll(List.of(arguments));
            return command;
        });
    }

    /// The same on the JVM, with more options, which win over its own.
    Subject with(List<String> options) {
        return new Subject(title, kind, programs -> {
            List<String> command = new ArrayList<>(launch.command(programs));
            command.addAll(command.indexOf("-classpath"), options);
            return command;
        });
    }

    /// Accepts and receives, and has nothing else for a connection; it is no echo.
    static Subject idle(String title, boolean uring) {
        return jvm(title, IdleServer.class, List.of(uring ? ON_URING : ON_EPOLL));
    }

    /// Echoes on a group of rings.
    static Subject group(String title, int rings) {
        return jvm(title, EchoGroup.class, List.of(ON_URING), Integer.toString(rings));
    }

    static Subject named(String title) {
        return ALL.stream().filter(each -> each.title().equals(title)).findFirst().orElseThrow();
    }

    private static List<String> a10() throws CannotRunException {
        String server = System.getProperty(A10_PROPERTY, "");
        if (server.isEmpty()) {
            throw new CannotRunException("no -D" + A10_PROPERTY + "=<server binary> was given");
        }
        if (!Files.isExecutable(Path.of(server))) {
            throw new CannotRunException("-D" + A10_PROPERTY + "=" + server + " is no program");
        }
        return List.of(Path.of(server).toAbsolutePath().toString());
    }
}
