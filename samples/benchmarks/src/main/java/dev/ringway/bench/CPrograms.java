package dev.ringway.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The C programs of `src/main/c`, each compiled when it is first asked for.
public final class CPrograms {
    static final List<String> COMPILE = List.of("gcc", "-O2", "-Wall", "-Wextra", "-Werror");

    private static final Duration COMPILE_LIMIT = Duration.ofMinutes(2);

    private final Path sources;
    private final Path directory;
    private final Map<String, String> compiled = new HashMap<>();

    /// @param sources where the programs are
    /// @param directory where they are compiled to
    public CPrograms(Path sources, Path directory) {
        this.sources = sources;
        this.directory = directory;
    }

    Path directory() {
        return directory;
    }

    /// The path of a program, which is the name of its source without `.c`.
    ///
    /// @throws CannotRunException without gcc, or without liburing 2.3 or newer
    public String path(String program) throws CannotRunException, IOException, InterruptedException {
        String path = compiled.get(program);
        if (path == null) {
            path = compile(program);
            compiled.put(program, path);
        }
        return path;
    }

    private String compile(String program) throws CannotRunException, IOException, InterruptedException {
        if (compiled.isEmpty()) {
            Files.createDirectories(directory);
            requireLiburing();
        }
        Path binary = directory.resolve(program);
        Tool gcc = gcc(sources.resolve(program + ".c"), binary);
        if (!gcc.succeeded()) {
            throw new CannotRunException(program + ".c does not compile:\n" + gcc.errors());
        }
        return binary.toString();
    }

    private void requireLiburing() throws CannotRunException, IOException, InterruptedException {
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
