package dev.ringway.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.testing.Parity;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The standard streams of a process of its own: pipes, and files.
class StandardStreamsTest {
    @TempDir
    Path directory;

    @ParameterizedTest(name = "{0}, pipes: {1}")
    @CsvSource({"IO_URING, true", "IO_URING, false", "EPOLL, true", "EPOLL, false"})
    @Parity({"operation/stdin", "operation/stdout", "operation/stderr", "io/stdout_write", "io/stderr_write",
            "beyond/stdin"})
    void areReadAndWritten(String backend, boolean pipes) throws Exception {
        byte[] content = new byte[300_000];
        new Random(5).nextBytes(content);
        Path in = Files.write(directory.resolve("in"), content);
        Path out = directory.resolve("out");
        Path err = directory.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(ChildJvm.command(CopiesStreams.class, backend))
                .redirectError(err.toFile());
        Process process = (pipes ? builder : builder.redirectInput(in.toFile()).redirectOutput(out.toFile())).start();
        Thread typing = Thread.ofPlatform().start(() -> {
            try (OutputStream keys = process.getOutputStream()) {
                keys.write(pipes ? content : new byte[0]);
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        byte[] copied = process.getInputStream().readAllBytes();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        typing.join();
        assertThat(Files.readString(err)).isEqualTo("copied 300000");
        assertThat(pipes ? copied : Files.readAllBytes(out)).isEqualTo(content);
        assertThat(process.exitValue()).isZero();
    }
}
