package dev.ringway.samples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringway.Backend;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `cp -r`: what a tree can hold, and what can be wrong with it.
@Timeout(120)
class CopyTest {
    private static final int FILES = 2000;
    private static final int DEPTH = 200;

    @TempDir
    Path directory;

    private final Random random = new Random(1);
    private Path source;

    static Stream<Arguments> inBothLanguages() throws IOException {
        return SamplesTest.inBothLanguages();
    }

    @BeforeEach
    void makeTheSource() throws IOException {
        source = Files.createDirectory(directory.resolve("source"));
    }

    @ParameterizedTest
    @MethodSource("inBothLanguages")
    void copiesATree(String language, Backend backend) throws Exception {
        Path deep = source;
        for (int i = 0; i < DEPTH; i++) {
            deep = Files.createDirectory(deep.resolve("deep"));
        }
        file(deep.resolve("bottom"), 100);
        Path many = Files.createDirectory(source.resolve("many"));
        for (int i = 0; i < FILES; i++) {
            file(many.resolve("file " + i), random.nextInt(2000));
        }
        file(source.resolve("empty"), 0);
        file(source.resolve("one chunk"), Cp.CHUNK);
        file(source.resolve("large"), 20_000_003);
        file(Path.of(URI.create(source.toUri() + "%FF%FE")), 10); // a name that is no text
        for (String permissions : List.of("r--------", "rwxr-xr-x", "rw-r-----", "rwx--x--x")) {
            permit(file(source.resolve(permissions), 10), permissions);
            permit(Files.createDirectory(source.resolve("directory " + permissions)), permissions);
        }
        Path readOnly = Files.createDirectory(source.resolve("read-only"));
        file(readOnly.resolve("file"), 10);
        permit(readOnly, "r-xr-xr-x");
        Files.createSymbolicLink(source.resolve("link"), Path.of("large"));
        Files.createSymbolicLink(source.resolve("link to a directory"), many);
        Files.createSymbolicLink(source.resolve("link to nothing"), Path.of("nothing"));
        Path target = directory.resolve("target");
        Program.run(directory, backend, "cp" + language, "-r", source, target).succeeded();
        assertSame(source, target);
        permit(readOnly, "rwxr-xr-x");
        permit(target.resolve("read-only"), "rwxr-xr-x");
    }

    @ParameterizedTest
    @MethodSource("inBothLanguages")
    void saysWhatIsNotCopiedAndCopiesTheRest(String language, Backend backend) throws Exception {
        for (int i = 0; i < 100; i++) {
            file(source.resolve("file" + i), 100);
        }
        Path target = Files.createDirectory(directory.resolve("target"));
        Path wrong = target.resolve("source/file7");
        Files.createDirectories(wrong.resolve("has something in it"));
        Path secret = permit(file(source.resolve("secret"), 10), "---------");
        Path pipe = source.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        Program cp = Program.run(directory, backend, "cp" + language, "-r", source, target);
        assertThat(cp.exitCode()).isEqualTo(1);
        List<Path> refused = Files.isReadable(secret) // root may read everything
                ? List.of(source.resolve("file7"), pipe)
                : List.of(source.resolve("file7"), pipe, secret);
        assertThat(cp.errors()).hasSameSizeAs(refused);
        for (Path path : refused) {
            assertThat(cp.errors())
                    .anyMatch(line -> line.startsWith("cp" + language + ": " + path + " is not copied: "));
        }
        for (int i = 0; i < 100; i++) {
            if (i != 7) {
                assertThat(target.resolve("source/file" + i)).hasSameBinaryContentAs(source.resolve("file" + i));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-kotlin"})
    void showsHowFarItIsOnATerminal(String language) throws Exception {
        file(source.resolve("file"), 3_000_000);
        Path target = directory.resolve("target");
        try (Program cp = Program.startOnTerminal(directory, Backend.EPOLL, "cp" + language, "-r", source, target)) {
            cp.awaitEnd();
            assertThat(new String(cp.succeeded().output(), UTF_8)).contains("cp" + language, "100%", "2/2 MiB");
        }
        assertSame(source, target);
    }

    @Test
    void leavesNothingOpen() throws Exception {
        for (int i = 0; i < 100; i++) {
            file(source.resolve("file" + i), 1000);
        }
        copyInThisProcess("first"); // by then everything is loaded
        long before = openFiles();
        copyInThisProcess("second");
        assertThat(openFiles()).isEqualTo(before);
        assertThat(Thread.getAllStackTraces().keySet()).noneMatch(thread -> thread.getName().startsWith("cp"));
    }

    private void copyInThisProcess(String name) throws Exception {
        for (String language : List.of("", "-kotlin")) {
            Path target = Files.createDirectory(directory.resolve(name + language));
            Files.createDirectories(target.resolve("source/file7/has something in it"));
            String[] arguments = {"-r", source.toString(), target.toString()};
            assertThatThrownBy(() -> {
                if (language.isEmpty()) {
                    Cp.main(arguments);
                } else {
                    CpKt.main(arguments);
                }
            }).isInstanceOf(IOException.class).hasMessageContaining("file7");
            assertThat(target.resolve("source/file99")).hasSameBinaryContentAs(source.resolve("file99"));
        }
    }

    private static long openFiles() throws IOException {
        try (Stream<Path> fds = Files.list(Path.of("/proc/self/fd"))) {
            return fds.count();
        }
    }

    @Test
    void refusesWhatWouldNotEnd() throws Exception {
        Path inside = Files.createDirectory(source.resolve("inside"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), inside);
        for (Path target : List.of(source, inside, inside.resolve("new"), link, link.resolve("new"))) {
            assertThatThrownBy(() -> CopyTree.of("cp", "-r", source.toString(), target.toString()))
                    .isInstanceOf(IOException.class).hasMessageStartingWith(source + " cannot be copied into itself");
        }
        assertThat(inside).isEmptyDirectory();
        assertThatIllegalArgumentException().isThrownBy(() -> CopyTree.of("cp", "source"))
                .withMessage("usage: cp [-r] <source> <target>");
    }

    // ---- files

    private Path file(Path path, int size) throws IOException {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return Files.write(path, bytes);
    }

    private static Path permit(Path path, String permissions) throws IOException {
        return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }

    /// Every byte, link and permission.
    private static void assertSame(Path source, Path target) throws IOException {
        List<Path> all = below(source);
        assertThat(below(target).equals(all)).as("it has the same names").isTrue();
        for (Path path : all) {
            Path from = source.resolve(path);
            Path to = target.resolve(path);
            if (Files.isSymbolicLink(from)) {
                assertThat(Files.readSymbolicLink(to)).isEqualTo(Files.readSymbolicLink(from));
            } else {
                assertThat(Files.getPosixFilePermissions(to)).as(path.toString())
                        .isEqualTo(Files.getPosixFilePermissions(from));
                assertThat(Files.isDirectory(from) ? -1 : Files.mismatch(from, to)).as(path.toString()).isEqualTo(-1);
            }
        }
    }

    private static List<Path> below(Path top) throws IOException {
        try (Stream<Path> all = Files.walk(top)) {
            return all.map(top::relativize).sorted().toList();
        }
    }
}
