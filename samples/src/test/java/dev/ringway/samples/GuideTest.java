package dev.ringway.samples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringway.AsyncFile;
import dev.ringway.AsyncListener;
import dev.ringway.AsyncSocket;
import dev.ringway.Backend;
import dev.ringway.Buf;
import dev.ringway.FileWatcher;
import dev.ringway.IntOperation;
import dev.ringway.Ring;
import dev.ringway.Signal;
import dev.ringway.SocketType;
import java.io.IOException;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What the guide shows of Java does what the guide says.
@Timeout(60)
class GuideTest {
    @TempDir
    Path directory;

    static List<Backend> backends() throws IOException {
        return Rows.backends();
    }

    @Test
    void aRingRunsUntilItIsClosed() throws Exception {
        Guide.ownThread();
    }

    @Test
    void readsAFile() throws Exception {
        assertThat(Guide.read(Files.writeString(directory.resolve("file"), "content"))).isEqualTo("content");
    }

    @ParameterizedTest
    @MethodSource("backends")
    void asksAndCounts(Backend backend) throws Exception {
        try (Ring ring = Ring.builder().backend(backend).start("guide");
                AsyncListener listener = ring.net().prepareListen(anyPort()).join();
                AsyncSocket client = Guide.connect(ring, listener.prepareLocalAddress().join()).join();
                AsyncSocket server = listener.prepareAccept().join();
                Buf answer = ring.bufferOf("an answer")) {
            CompletableFuture<String> asked = Guide.ask(ring, client, "a question");
            assertThat(server.prepareSendAll(answer).join()).isEqualTo(9);
            assertThat(asked.get(10, TimeUnit.SECONDS)).isEqualTo("an answer");

            CompletableFuture<Long> total = new CompletableFuture<>();
            Guide.count(server, ring.pool(16, 64), total::complete);
            try (Buf bytes = ring.bufferOf(new byte[1000])) {
                client.prepareSendAll(bytes).join();
            }
            client.prepareShutdownOutput().join();
            assertThat(total.get(10, TimeUnit.SECONDS)).isEqualTo("a question".length() + 1000);
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void aCancelledReceiveSaysSo(Backend backend) throws Exception {
        try (Ring ring = Ring.builder().backend(backend).start("guide");
                AsyncListener listener = ring.net().prepareListen(anyPort()).join();
                AsyncSocket client = Guide.connect(ring, listener.prepareLocalAddress().join()).join();
                Buf buf = ring.buffer(10)) {
            CompletableFuture<String> outcome = new CompletableFuture<>();
            IntOperation receive = Guide.receive(client, buf, outcome);
            receive.cancel();
            assertThat(outcome.get(10, TimeUnit.SECONDS)).isEqualTo("cancelled");
            assertThat(buf.isLent()).isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void aRefusedConnectionFailsTheFuture(Backend backend) throws Exception {
        try (Ring ring = Ring.builder().backend(backend).start("guide")) {
            AsyncListener gone = ring.net().prepareListen(anyPort()).join();
            SocketAddress address = gone.prepareLocalAddress().join();
            gone.close();
            assertThatThrownBy(() -> Guide.connect(ring, address).get(10, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(ConnectException.class);
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void savesAFile(Backend backend) throws Exception {
        Path path = Files.writeString(directory.resolve("file"), "old");
        try (Ring ring = Ring.builder().backend(backend).start("guide");
                AsyncFile file = ring.files().prepareOpen(path, StandardOpenOption.WRITE).join();
                Buf content = ring.bufferOf("newer")) {
            Guide.save(file, content);
        }
        assertThat(Files.readString(path, UTF_8)).isEqualTo("newer");
    }

    @ParameterizedTest
    @MethodSource("backends")
    void readsBlocks(Backend backend) throws Exception {
        byte[] content = new byte[4 * 4096];
        for (int i = 0; i < 4; i++) {
            content[i * 4096] = (byte) (1 << i);
        }
        Path path = Files.write(directory.resolve("file"), content);
        try (Ring ring = Ring.builder().backend(backend).start("guide");
                AsyncFile file = ring.files().prepareOpen(path).join()) {
            List<Buf> blocks = ring.registeredBuffers(4, 4096);
            assertThat(Guide.sumOfBlocks(ring, file, new long[] {3 * 4096, 0, 4096}, blocks)).isEqualTo(8 + 1 + 2);
            assertThat(Guide.sumOfBlocks(ring, file, new long[] {0, 0, 0, 2 * 4096}, blocks)).isEqualTo(1 + 1 + 1 + 4);
            blocks.forEach(Buf::release);
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void runsCommands(Backend backend) throws Exception {
        try (Ring ring = Ring.builder().backend(backend).start("guide")) {
            assertThat(Guide.run(ring, Duration.ofSeconds(20), "sh", "-c", "exit 3").exitStatus()).isEqualTo(3);
            assertThat(Guide.run(ring, Duration.ofMillis(50), "sleep", "60").signal()).isEqualTo(Signal.KILL);
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void tellsWhatAppears(Backend backend) throws Exception {
        BlockingQueue<Path> appeared = new LinkedBlockingQueue<>();
        Path nested = Files.createDirectory(directory.resolve("nested"));
        try (Ring ring = Ring.builder().backend(backend).start("guide");
                FileWatcher watcher = Guide.watch(ring, directory, appeared::add)) {
            assertThat(watcher.isOpen()).isTrue();
            Path created = Files.createFile(nested.resolve("created"));
            assertThat(appeared.poll(10, TimeUnit.SECONDS)).isEqualTo(created);
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void answersADatagram(Backend backend) throws Exception {
        try (Ring ring = Ring.builder().backend(backend).start("guide");
                AsyncSocket socket = ring.net()
                        .prepareSocket(StandardProtocolFamily.INET, SocketType.DATAGRAM)
                        .join();
                Buf buf = ring.buffer(100);
                DatagramSocket client = new DatagramSocket(anyPort())) {
            socket.prepareBind(anyPort()).join();
            client.setSoTimeout(10_000);
            client.connect(socket.prepareLocalAddress().join());
            client.send(new DatagramPacket("hello".getBytes(UTF_8), 5));
            Guide.answer(socket, buf);
            DatagramPacket answer = new DatagramPacket(new byte[10], 10);
            client.receive(answer);
            assertThat(new String(answer.getData(), 0, answer.getLength(), UTF_8)).isEqualTo("hello");
        }
    }

    private static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }
}
