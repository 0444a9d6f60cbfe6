package dev.ringway.process;

import dev.ringway.AsyncListener;
import dev.ringway.AsyncSocket;
import dev.ringway.Backend;
import dev.ringway.Buf;
import dev.ringway.BufPool;
import dev.ringway.IntOperation;
import dev.ringway.Operation;
import dev.ringway.Ring;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/// A program for another process: does what Flight Recorder is told of, recording or not, and prints the events. The
/// recorder has threads and files of its own, for which a census has no place.
final class FlightEvents {
    private static final int NOPS = 10_000;

    private final Ring ring;
    private final List<Buf> leases = new ArrayList<>();

    private FlightEvents(Ring ring) {
        this.ring = ring;
    }

    public static void main(String[] args) throws Exception {
        try (Ring ring = Ring.builder().name("seen").backend(Backend.valueOf(args[0])).create()) {
            FlightEvents program = new FlightEvents(ring);
            if (args[1].equals("off")) {
                program.provokeAll();
            } else {
                program.record();
            }
        }
    }

    private void record() throws Exception {
        Path file = Files.createTempFile("ringway", ".jfr");
        try (Recording recording = new Recording()) {
            for (String frequent : List.of("Turn", "SlowOperation")) {
                recording.enable("dev.ringway." + frequent);
            }
            recording.start();
            ring.poll(Duration.ZERO); // it has heard of the recording
            ring.poll(Duration.ZERO);
            provokeAll();
            recording.stop();
            recording.dump(file);
            for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
                if (event.getEventType().getName().startsWith("dev.ringway.")) {
                    System.out.println(describe(event));
                }
            }
        } finally {
            Files.delete(file);
        }
    }

    private static String describe(RecordedEvent event) {
        StringBuilder line = new StringBuilder(event.getEventType().getName().replace("dev.ringway.", "event "));
        for (String field : List.of("ring", "call", "subject", "enters", "submitted", "handled", "operations")) {
            if (event.hasField(field)) {
                Object value = event.getValue(field);
                line.append(' ').append(field).append('=').append(value);
            }
        }
        return line + " ms=" + event.getDuration().toMillis();
    }

    private void provokeAll() throws Exception {
        AsyncListener listener = await(ring.net().prepareListen(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
        Operation<AsyncSocket> accept = listener.prepareAccept();
        accept.poll(() -> {});
        AsyncSocket near = await(ring.net().prepareConnect(await(listener.prepareLocalAddress())));
        AsyncSocket far = await(accept);
        slowOperation(near, far);
        slowCallback();
        exhaustedPool(near, far);
        overflow();
        droppedFd(await(far.prepareDuplicate()));
    }

    private <T> T await(Operation<T> operation) throws IOException {
        while (!operation.poll(() -> {})) {
            ring.poll(Duration.ofSeconds(1));
        }
        return operation.result();
    }

    private int await(IntOperation operation) throws IOException {
        while (!operation.poll(() -> {})) {
            ring.poll(Duration.ofSeconds(1));
        }
        return operation.result();
    }

    private void slowOperation(AsyncSocket near, AsyncSocket far) throws IOException {
        IntOperation receive = near.prepareReceive(ring.buffer(1));
        receive.poll(() -> {});
        await(ring.timers().prepareAfter(Duration.ofMillis(150)));
        await(far.prepareSendAll(ring.bufferOf("x")));
        await(receive);
    }

    private void slowCallback() {
        boolean[] told = new boolean[1];
        ring.nop((count, failure) -> {
            try {
                Thread.sleep(30);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            told[0] = true;
        });
        while (!told[0]) {
            ring.poll(Duration.ofSeconds(1));
        }
    }

    private void exhaustedPool(AsyncSocket near, AsyncSocket far) throws IOException {
        BufPool pool = ring.pool(1, 1);
        near.receiveEach(pool, leases::add, (nothing, failure) -> {});
        await(far.prepareSendAll(ring.bufferOf("xy")));
        while (ring.stats().poolExhaustions() == 0) {
            ring.poll(Duration.ofSeconds(1));
        }
        while (leases.size() < 2) {
            leases.forEach(Buf::release);
            ring.poll(Duration.ofSeconds(1));
        }
        leases.get(1).release();
    }

    private void overflow() {
        int[] told = new int[1];
        for (int i = 0; i < NOPS; i++) {
            ring.nop((count, failure) -> told[0]++);
        }
        while (told[0] < NOPS) {
            ring.poll(Duration.ofSeconds(1));
        }
    }

    /// Nobody has the duplicate any more.
    @SuppressWarnings("unused")
    private void droppedFd(AsyncSocket duplicate) throws IOException, InterruptedException {
        int before = descriptors();
        duplicate = null;
        for (int i = 0; i < 200 && descriptors() == before; i++) {
            System.gc();
            Thread.sleep(10);
            ring.poll(Duration.ZERO);
            ring.poll(Duration.ZERO);
        }
    }

    private static int descriptors() throws IOException {
        try (var fds = Files.list(Path.of("/proc/self/fd"))) {
            return (int) fds.count();
        }
    }
}
