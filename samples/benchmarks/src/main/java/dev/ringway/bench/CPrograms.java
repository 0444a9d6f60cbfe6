package dev.ringway.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The C programs of `src/main/c`, compiled anew for each comparison.
final class CPrograms {
    static final List<String> COMPILE = List.of("gcc", "-O2", "-Wall", "-Wextra", "-Werror");

    private static final Duration COMPILE_LIMIT = Duration.ofMinutes(2);

    private final Path directory;

    private CPrograms(Path directory) {
        this.directory = directory;
    }

    /// Compiles every program into `directory`.
    ///
    /// @throws CannotRunException without gcc, or without liburing 2.3 or newer
    static CPrograms compile(Path sources, Path directory)
            throws CannotRunException, IOException, InterruptedException {
        requireLiburing(directory);
        for (String program : List.of("echo-uring", "echo-epoll", "load", "nop")) {
            Tool gcc = gcc(sources.resolve(program + ".c"), directory.resolve(program));
            if (!gcc.succeeded()) {
                throw new CannotRunException(program + ".c does not compile:\n" + gcc.errors());
            }
        }
        return new CPrograms(directory);
    }

    String path(String program) {
        return directory.resolve(program).toString();
    }

    /// Nanoseconds of one nop on io_uring, in batches of 64: what the kernel interface itself costs here.
    double nopNanos() throws CannotRunException, IOException, InterruptedException {
        Tool nop = Tool.run(Duration.ofSeconds(30), List.of(path("nop"), "64", "1"));
        if (!nop.succeeded()) {
            throw new CannotRunException("io_uring does not work here: " + nop.errors().strip());
        }
        return Fields.parse(nop.output()).number("ns_per_op");
    }

    private static void requireLiburing(Path directory) throws CannotRunException, IOException, InterruptedException {
        Path source = directory.resolve("liburing-check.c");
        Files.writeString(source, """
                #include <liburing.h>

                int main(void) {
                    struct io_uring_sqe entry;
                    io_uring_prep_recv_multishot(&entry, 0, 0, 0, 0);
                    return 0;
                }
                """);
        Tool gcc;
        try {
            gcc = gcc(source, directory.resolve("liburing-check"));
        } catch (IOException notFound) {
            throw new CannotRunException("The references in C need gcc and liburing. On Debian and Ubuntu:"
                    + " apt-get install gcc libc6-dev liburing-dev (" + notFound.getMessage() + ")");
        }
        if (!gcc.succeeded()) {
            throw new CannotRunException("The references in C need liburing 2.3 or newer, with its headers. Debian and"
                    + " Ubuntu: apt-get install liburing-dev; Fedora: dnf install liburing-devel; Arch: pacman -S"
                    + " liburing. The compiler said:\n" + gcc.errors().strip());
        }
    }

    private static Tool gcc(Path source, Path program) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(COMPILE);
        command.addAll(List.of(source.toString(), "-o", program.toString(), "-luring"));
        return Tool.run(COMPILE_LIMIT, command);
    }
}
