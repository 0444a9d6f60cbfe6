package dev.ringway.samples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.ringway.Backend;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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

/// `tail`, while somebody else does with the file what is done with logs.
@Timeout(120)
class TailTest {
    private static final int ROTATIONS = 100;

    @TempDir
    Path directory;

    private final ByteArrayOutputStream expected = new ByteArrayOutputStream();
    private final Random random = new Random(1);
    private Path log;
    private Path old;

    static Stream<Arguments> inBothLanguages() throws IOException {
        return SamplesTest.inBothLanguages();
    }

    @BeforeEach
    void makeTheDirectoryOfTheLog() throws IOException {
        log = Files.createDirectory(directory.resolve("logs")).resolve("log");
        old = log.resolveSibling("log.1");
    }

    @ParameterizedTest
    @MethodSource("inBothLanguages")
    void printsTheLastLinesAndEnds(String language, Backend backend) throws Exception {
        Files.writeString(log, "one\ntwo\n" + "3".repeat(200_000) + "\nfour");
        Program tail = Program.run(directory, backend, "tail" + language, "-n", 2, log).succeeded();
        assertThat(tail.output()).asString(UTF_8).isEqualTo("3".repeat(200_000) + "\nfour");
    }

    @ParameterizedTest
    @MethodSource("inBothLanguages")
    void saysWhatIsMissing(String language, Backend backend) throws Exception {
        Program.run(directory, backend, "tail" + language, "-f", log).failed("tail", log.toString(), "ENOENT");
    }

    @Test
    void saysHowItIsUsed() {
        for (String arguments : List.of("-f", "-n 2", "-n -1 file", "-n", "file file", "-x file")) {
            assertThatIllegalArgumentException().isThrownBy(() -> Tail.Options.of("tail", arguments.split(" ")))
                    .withMessage("usage: tail [-f] [-n <lines>] <file>");
        }
    }

    @ParameterizedTest
    @MethodSource("inBothLanguages")
    void followsAFileThatGrowsIsTruncatedAndReplaced(String language, Backend backend) throws Exception {
        Files.writeString(log, "0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n");
        expected.writeBytes("2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n".getBytes(UTF_8));
        Path link = Files.createSymbolicLink(directory.resolve("link"), log);
        try (Program tail = Program.start(directory, backend, "tail" + language, "-f", link)) {
            tail.awaitOutput(expected.toByteArray());
            for (int length : new int[] {1, 100, 3 * Tail.CHUNK + 1}) {
                Files.write(log, bytes(length), APPEND); // most of them no text
                tail.awaitOutput(expected.toByteArray());
            }
            for (int i = 0; i < 1000; i++) {
                Files.write(log, bytes(10), APPEND);
            }
            tail.awaitOutput(expected.toByteArray());
            assertThat(tail.errors()).isEmpty();
            Files.write(log, bytes(100)); // which cuts it first
            tail.awaitOutput(expected.toByteArray());
            assertThat(tail.errors()).singleElement().asString().endsWith(log + " has been truncated");
            Files.delete(log);
            Files.write(log, bytes(100));
            tail.awaitOutput(expected.toByteArray());
            Files.write(log.resolveSibling("other"), bytes(100));
            Files.move(log.resolveSibling("other"), log, StandardCopyOption.REPLACE_EXISTING);
            tail.awaitOutput(expected.toByteArray());
            assertThat(tail.errors()).hasSize(3)
                    .filteredOn(line -> line.endsWith(log + " has been replaced")).hasSize(2);
        }
    }

    @ParameterizedTest
    @MethodSource("inBothLanguages")
    void losesNothingWhenFilesAreRotated(String language, Backend backend) throws Exception {
        Files.write(log, bytes(10));
        OutputStream writer = Files.newOutputStream(log, APPEND);
        Path link = Files.createSymbolicLink(directory.resolve("link"), log);
        try (Program tail = Program.start(directory, backend, "tail" + language, "-f", link)) {
            tail.awaitOutput(expected.toByteArray());
            for (int i = 0; i < ROTATIONS; i++) {
                writer.write(bytes(1 + random.nextInt(20_000)));
                Files.move(log, old, StandardCopyOption.REPLACE_EXISTING);
                writer.write(bytes(1 + random.nextInt(100)));
                try (OutputStream next = Files.newOutputStream(log, CREATE_NEW)) {
                    next.write(bytes(1 + random.nextInt(100)));
                }
                tail.awaitOutput(expected.toByteArray());
                writer.write(bytes(1 + random.nextInt(100))); // one who is late
                writer.close();
                tail.awaitOutput(expected.toByteArray());
                writer = Files.newOutputStream(log, APPEND);
            }
            assertThat(tail.errors()).hasSize(ROTATIONS)
                    .allMatch(line -> line.endsWith(log + " has been replaced"));
            int times = backend == Backend.KQUEUE ? 2 : 1; // there a watch is an fd
            tail.await("the two last files are open", () -> tail.fdsOf(log.getParent()) == 2 * times);
            tail.await("they and the directory are watched", () -> tail.watches() == 3);
        } finally {
            writer.close();
        }
    }

    /// Bytes to write, which have to be printed next.
    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        expected.writeBytes(bytes);
        return bytes;
    }
}
