package dev.ringway.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.AsyncListener;
import dev.ringway.AsyncSocket;
import dev.ringway.TlsSocket;
import dev.ringway.testing.Certificates;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Row;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// TLS with openssl as the peer, in both roles; also what the JDK's own sockets never do by themselves: an update of
/// the keys, and before TLS 1.3 a new handshake in the middle of the connection.
class OpensslTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int LAST_LINES = 12;
    private static final String END = "the end of the stream";

    @TestFactory
    Stream<DynamicTest> everyRow() {
        Certificates.prepare();
        return Row.selected().stream().flatMap(row -> row.whyNot().isEmpty()
                ? Tools.tests("openssl",
                        one(row, "it is the server, TLS 1.3, and updates keys", "-tls1_3", true, "K", "K"),
                        one(row, "it is the server, TLS 1.2, and shakes hands anew", "-tls1_2", true, "r"),
                        one(row, "it is the client, TLS 1.3, and updates keys", "-tls1_3", false, "K", "k", "K"),
                        one(row, "it is the client, TLS 1.2, and shakes hands anew", "-tls1_2", false, "R"))
                : Stream.of(Tools.notRun("openssl on " + row, row.whyNot(), row.isRequired())));
    }

    private static Tools.Case one(Row row, String what, String version, boolean serves, String... commands) {
        return new Tools.Case(what + " (" + row + ")", openssl -> {
            try {
                TestBed.run(row, what, bed -> {
                    if (serves) {
                        asServer(bed, openssl, version, commands);
                    } else {
                        asClient(bed, openssl, version, commands);
                    }
                });
            } catch (Exception | Error failure) {
                throw failure;
            } catch (Throwable failure) {
                throw new AssertionError(failure);
            }
        });
    }

    private static void asServer(TestBed bed, Path openssl, String version, String... commands) throws Exception {
        Loop loop = bed.running();
        String pem = Certificates.pem(bed.directory(), "localhost").toString();
        Peer peer = bed.closing(new Peer(openssl.toString(), "s_server", version, "-accept", "127.0.0.1:0",
                "-naccept", "1", "-cert", pem, "-key", pem, "-alpn", "http/1.1"));
        String accepts = peer.says("ACCEPT 127.0.0.1:", 1);
        int port = Integer.parseInt(accepts.substring(accepts.lastIndexOf(':') + 1).strip());
        AsyncSocket socket = loop.ring().net().prepareConnect(new InetSocketAddress("127.0.0.1", port)).join();
        bed.closing(socket::close);
        TlsSocket tls = TlsSocket.prepareClient(socket, Certificates.context(), "localhost", port)
                .applicationProtocols("h2", "http/1.1")
                .timeout(LIMIT)
                .join();
        converse(tls, peer, commands);
    }

    private static void asClient(TestBed bed, Path openssl, String version, String... commands) throws Exception {
        Loop loop = bed.running();
        String pem = Certificates.pem(bed.directory(), "localhost").toString();
        AsyncListener listener = loop.ring().net().prepareListen(Transport.TCP4.unused(bed.directory())).join();
        bed.closing(listener::close);
        int port = ((InetSocketAddress) listener.prepareLocalAddress().join()).getPort();
        Peer peer = bed.closing(new Peer(openssl.toString(), "s_client", version, "-connect", "127.0.0.1:" + port,
                "-servername", "localhost", "-CAfile", pem, "-verify_return_error", "-alpn", "http/1.1"));
        AsyncSocket socket = listener.prepareAccept().join();
        bed.closing(socket::close);
        TlsSocket tls = TlsSocket.prepareServer(socket, Certificates.context())
                .applicationProtocols("h2", "http/1.1")
                .timeout(LIMIT)
                .join();
        converse(tls, peer, commands);
    }

    /// What the one is given the other gets, before each command and after the last, and the end too.
    private static void converse(TlsSocket tls, Peer peer, String... commands) throws Exception {
        assertThat(tls.applicationProtocol()).isEqualTo("http/1.1");
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        Thread reader = Thread.ofVirtual().start(() -> {
            BufferedReader lines = new BufferedReader(new InputStreamReader(tls.inputStream(LIMIT), UTF_8));
            try {
                lines.lines().forEach(received::add);
                received.add(END);
            } catch (UncheckedIOException failure) {
                received.add(failure.toString());
            }
        });
        for (int i = 0; i <= commands.length; i++) {
            // It speaks first: while it renegotiates it takes no content, also none that was sent before
            peer.write("from openssl " + i);
            assertThat(received.poll(LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo("from openssl " + i);
            tls.outputStream(LIMIT).write(("to openssl " + i + "\n").getBytes(UTF_8));
            peer.says("to openssl " + i, 1);
            if (i < commands.length) {
                peer.write(commands[i]);
                peer.says(peer.answer(commands[i]), i + 1);
            }
        }
        tls.prepareShutdownOutput().timeout(LIMIT).join();
        assertThat(received.poll(LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo(END);
        reader.join();
        tls.close();
        assertThat(peer.end()).isZero();
    }

    /// openssl, which sends the lines that it reads, does what single letters stand for, and prints what it receives.
    private static final class Peer implements AutoCloseable {
        private final Process process;
        private final boolean isServer;
        private final OutputStream in;
        private final List<String> output = Collections.synchronizedList(new ArrayList<>());

        Peer(String... command) throws IOException {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
            isServer = command[1].equals("s_server");
            in = process.getOutputStream();
            Thread.ofPlatform().daemon().start(() -> {
                try (BufferedReader lines = process.inputReader(UTF_8)) {
                    lines.lines().forEach(output::add);
                } catch (IOException | UncheckedIOException closed) {
                    output.add("its output is closed");
                }
            });
        }

        void write(String line) throws IOException {
            in.write((line + "\n").getBytes(UTF_8));
            in.flush();
        }

        /// Waits for a line with this in it.
        ///
        /// @param times how many of them
        String says(String words, int times) {
            long deadline = System.nanoTime() + LIMIT.toNanos();
            while (deadline - System.nanoTime() > 0) {
                List<String> lines =
                        Arrays.stream(output.toArray(String[]::new)).filter(line -> line.contains(words)).toList();
                if (lines.size() >= times) {
                    return lines.getLast();
                }
                pause();
            }
            List<String> last = output.subList(Math.max(0, output.size() - LAST_LINES), output.size());
            throw new AssertionError("openssl has not said '" + words + "' but at last\n" + String.join("\n", last));
        }

        /// What it prints when it obeys a command.
        String answer(String letter) {
            return isServer ? "SSL_do_handshake" : letter.equals("R") ? "RENEGOTIATING" : "KEYUPDATE";
        }

        private static void pause() {
            try {
                Thread.sleep(2);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        int end() {
            try {
                if (process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                    return process.exitValue();
                }
                throw new AssertionError("openssl goes on\n" + String.join("\n", output));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void close() {
            process.destroyForcibly();
            try {
                process.waitFor();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            try {
                in.close();
            } catch (IOException broken) {
                return; // it has ended before
            }
        }
    }
}
