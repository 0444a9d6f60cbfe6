package dev.ringway.process;

import dev.ringway.AsyncListener;
import dev.ringway.AsyncSocket;
import dev.ringway.Backend;
import dev.ringway.BackendUnavailableException;
import dev.ringway.Buf;
import dev.ringway.Ring;
import dev.ringway.testing.Census;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/// A program for another process: says which backend it gets, uses it a little, and says what forcing io_uring does.
final class ChoosesBackend {
    private ChoosesBackend() {}

    public static void main(String[] args) throws Exception {
        Census before = Census.take(Path.of("none"));
        try (Ring ring = Ring.start("automatic")) {
            System.out.println("kind: " + ring.backend().kind());
            System.out.println("reason: " + ring.backend().reason());
            System.out.println("echo: " + echo(ring, "hello"));
        }
        System.out.println("builder: " + forced(Ring.builder().backend(Backend.IO_URING)));
        System.setProperty("ringway.backend", "io_uring");
        System.out.println("property: " + forced(Ring.builder()));
        System.out.println("leaked: " + Census.take(Path.of("none")).fdsSince(before));
    }

    private static String echo(Ring ring, String text) throws Exception {
        ring.timers().prepareAfter(Duration.ofMillis(1)).join();
        AsyncListener listener =
                ring.net().prepareListen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).join();
        AsyncSocket client = ring.net().prepareConnect(listener.prepareLocalAddress().join()).join();
        AsyncSocket server = listener.prepareAccept().join();
        Buf buf = ring.bufferOf(text);
        client.prepareSendAll(buf).join();
        server.prepareReceive(buf.clear()).join();
        server.prepareSendAll(buf).join();
        client.prepareReceive(buf.clear()).join();
        return buf.getText(StandardCharsets.UTF_8);
    }

    static String forced(Ring.Builder builder) {
        try (Ring ring = builder.start("forced")) {
            return "works: " + echo(ring, "hello");
        } catch (BackendUnavailableException expected) {
            return expected.backend() + " unavailable: " + expected.getMessage();
        } catch (Exception unexpected) {
            return "unexpected " + unexpected;
        }
    }
}
