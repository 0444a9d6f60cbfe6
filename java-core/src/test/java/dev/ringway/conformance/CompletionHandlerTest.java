package dev.ringway.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringway.AsyncFile;
import dev.ringway.Buf;
import dev.ringway.IntOperation;
import dev.ringway.Operation;
import dev.ringway.Ring;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Pair;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

/// The handlers of java.nio get the outcome of every operation.
@EveryBackend
class CompletionHandlerTest {
    /// What a handler has heard, as text.
    private static final class Heard implements CompletionHandler<Object, Object> {
        private final List<Object> values = new ArrayList<>();
        private final List<Object> attachments = new ArrayList<>();
        private final List<Throwable> failures = new ArrayList<>();
        private final Ring ring;

        Heard(Ring ring) {
            this.ring = ring;
        }

        @Override
        public void completed(Object value, Object attachment) {
            hears(attachment);
            values.add(value);
        }

        @Override
        public void failed(Throwable failure, Object attachment) {
            hears(attachment);
            failures.add(failure);
        }

        private void hears(Object attachment) {
            if (!ring.isOwner()) {
                throw new AssertionError("told on " + Thread.currentThread());
            }
            attachments.add(attachment);
        }

        boolean hasHeard(int count) {
            return attachments.size() == count;
        }
    }

    @Test
    void ofACount(TestBed bed, Ring ring, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Heard heard = new Heard(ring);
        Buf buf = loop.buffer(1);
        IntOperation receive = pair.near().prepareReceive(buf);
        assertThat(receive.start("one", heard)).isSameAs(receive);
        assertThat(heard.hasHeard(0)).isTrue();
        pair.farSends("x");
        loop.until("it has come", () -> heard.hasHeard(1));
        pair.farEnds();
        pair.near().prepareReceive(buf.clear()).start(null, heard);
        loop.until("the end has come", () -> heard.hasHeard(2));
        assertThat(heard.values).containsExactly(1, -1);
        assertThat(heard.attachments).containsExactly("one", null);
    }

    @Test
    void ofAValue(Ring ring, Loop loop, Path directory) throws Exception {
        Heard heard = new Heard(ring);
        Path path = Files.writeString(directory.resolve("file"), "content");
        Operation<AsyncFile> open = ring.files().prepareOpen(path);
        assertThat(open.start(path, heard)).isSameAs(open);
        loop.until("it is open", () -> heard.hasHeard(1));
        AsyncFile file = loop.keep((AsyncFile) heard.values.getFirst());
        Buf buf = loop.buffer(7);
        loop.await(file.prepareReadN(buf, 7));
        assertThat(buf.getText(UTF_8)).isEqualTo("content");
        file.prepareSync().start("sync", heard);
        loop.until("it is durable", () -> heard.hasHeard(2));
        assertThat(heard.values.get(1)).isNull();
        assertThat(heard.attachments).containsExactly(path, "sync");
        assertThat(heard.failures).isEmpty();
    }

    @Test
    void ofEveryKindOfFailure(TestBed bed, Ring ring, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Heard heard = new Heard(ring);
        ring.files().prepareOpen(bed.directory().resolve("missing")).start(1, heard);
        pair.near().prepareReceive(loop.buffer(1)).timeout(Duration.ofMillis(5)).start(2, heard);
        loop.pass(Duration.ofMillis(20));
        loop.until("two have failed", () -> heard.hasHeard(2));
        pair.near().prepareReceive(loop.buffer(1)).start(3, heard).cancel();
        ring.timers().prepareAfter(Duration.ofHours(1)).start(4, heard).cancel();
        loop.until("two were cancelled", () -> heard.hasHeard(4));
        pair.near().close();
        pair.near().prepareReceive(loop.buffer(1)).start(5, heard);
        loop.until("the last has failed", () -> heard.hasHeard(5));
        assertThat(heard.values).isEmpty();
        assertThat(heard.attachments).containsExactlyInAnyOrder(1, 2, 3, 4, 5);
        for (int i = 0; i < 5; i++) {
            assertThat(heard.failures.get(i)).isInstanceOf(switch ((Integer) heard.attachments.get(i)) {
                case 1 -> NoSuchFileException.class;
                case 2 -> SocketTimeoutException.class;
                case 3, 4 -> CancellationException.class;
                default -> ClosedChannelException.class;
            });
        }
    }

    @Test
    void badInputThrowsInsteadAndNobodyIsTold(TestBed bed, Ring ring, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Heard heard = new Heard(ring);
        IntOperation receive = pair.near().prepareReceive(loop.buffer(1));
        assertThatThrownBy(() -> receive.start("x", null)).isInstanceOf(NullPointerException.class)
                .hasMessageContaining("handler");
        assertThatThrownBy(() -> ring.timers().prepareAfter(Duration.ZERO).start("x", null))
                .isInstanceOf(NullPointerException.class).hasMessageContaining("handler");
        receive.start("x", heard);
        assertThatThrownBy(() -> receive.start("x", heard)).isInstanceOf(IllegalStateException.class);
        receive.cancel();
        loop.until("it was cancelled", () -> heard.hasHeard(1));
        loop.settle();
        assertThat(heard.attachments).hasSize(1);
    }

    @Test
    void whatAHandlerThrowsGoesToTheUncaughtHandler(Ring ring, Loop loop) {
        IllegalStateException thrown = new IllegalStateException("thrown by a handler");
        CompletionHandler<Object, Object> throwing = new CompletionHandler<>() {
            @Override
            public void completed(Object value, Object attachment) {
                throw thrown;
            }

            @Override
            public void failed(Throwable failure, Object attachment) {
                throw thrown;
            }
        };
        ring.prepareNop().start(null, throwing);
        ring.timers().prepareAfter(Duration.ofHours(1)).start(null, throwing).cancel();
        loop.settle();
        assertThat(loop.takeUncaught()).containsExactly(thrown, thrown);
    }
}
