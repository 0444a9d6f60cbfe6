package dev.ringway.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The servers that are compared; all answer each message with its own bytes, on one thread.
enum Subject {
    C_URING("C io_uring", "echo-uring", null, null),
    CALLBACK("Ringway callback", null, EchoCallbacks.class, "io_uring"),
    SUSPEND("Ringway Kotlin suspend", null, EchoSuspendKt.class, "io_uring"),
    C_EPOLL("C epoll", "echo-epoll", null, null),
    CALLBACK_EPOLL("Ringway callback on epoll", null, EchoCallbacks.class, "epoll");

    /// Of every JVM server.
    static final List<String> JVM_OPTIONS =
            List.of("-Xms512m", "-Xmx512m", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED");

    final String title;
    private final @Nullable String program;
    private final @Nullable Class<?> mainClass;
    private final @Nullable String backend;

    Subject(String title, @Nullable String program, @Nullable Class<?> mainClass, @Nullable String backend) {
        this.title = title;
        this.program = program;
        this.mainClass = mainClass;
        this.backend = backend;
    }

    boolean runsOnJvm() {
        return mainClass != null;
    }

    /// Without the port, which is the last argument of each. The backend is forced: it fails where it cannot be had.
    List<String> command(CPrograms programs) {
        if (program != null) {
            return List.of(programs.path(program));
        }
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM_OPTIONS);
        command.add("-Dringway.backend=" + backend);
        command.addAll(List.of("-classpath", System.getProperty("java.class.path"), mainClass.getName()));
        return command;
    }
}
