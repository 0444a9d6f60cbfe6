package dev.ringway.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringway.AsyncFile;
import dev.ringway.AsyncSocket;
import dev.ringway.Buf;
import dev.ringway.IntOperation;
import dev.ringway.Ring;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Pair;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

@EveryBackend
class FutureTest {
    @Test
    void hasTheValue(Ring ring, Loop loop, Path directory) throws Exception {
        Path path = Files.writeString(directory.resolve("file"), "x");
        CompletableFuture<AsyncFile> future = ring.files().prepareOpen(path).future();
        loop.until("it is complete", future::isDone);
        future.join().close();
    }

    @Test
    void hasTheCount(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        pair.farSends("x");
        CompletableFuture<Integer> future = pair.near().prepareReceive(loop.buffer(1)).future();
        loop.until("it is complete", future::isDone);
        assertThat(future.join()).isEqualTo(1);
    }

    @Test
    void hasTheFailure(Ring ring, Loop loop, Path directory) {
        CompletableFuture<AsyncFile> future = ring.files().prepareOpen(directory.resolve("missing")).future();
        loop.until("it is complete", future::isDone);
        assertThatThrownBy(future::join)
                .isInstanceOf(CompletionException.class).hasCauseInstanceOf(NoSuchFileException.class);
    }

    @Test
    void cancelledItCancelsTheOperation(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Buf buf = loop.buffer(10);
        CompletableFuture<Integer> future = pair.near().prepareReceive(buf).future();
        loop.settle();
        assertThat(future.cancel(true)).isTrue();
        assertThatThrownBy(future::join).isInstanceOf(CancellationException.class);
        loop.until("the buffer has come back", () -> !buf.isLent());
        pair.farSends("kept");
        assertThat(pair.nearReceives(4)).isEqualTo("kept");
    }

    @Test
    void endedByALimitOfItsOwnItCancelsTheOperation(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Buf buf = loop.buffer(10);
        CompletableFuture<Integer> future =
                pair.near().prepareReceive(buf).future().orTimeout(20, TimeUnit.MILLISECONDS);
        loop.until("it is complete", future::isDone);
        assertThat(future).isCompletedExceptionally();
        loop.until("the buffer has come back", () -> !buf.isLent());
    }

    @Test
    void whatDependsOnItRunsOnThePollingThread(Ring ring, Loop loop) {
        CompletableFuture<Thread> thread = ring.prepareNop().future().thenApply(count -> Thread.currentThread());
        loop.until("it is complete", thread::isDone);
        assertThat(thread.join()).isSameAs(Thread.currentThread());
    }

    @Test
    void anOperationHasOneFuture(Ring ring, Loop loop) {
        IntOperation nop = ring.prepareNop();
        CompletableFuture<Integer> future = nop.future();
        assertThatThrownBy(nop::future).isInstanceOf(IllegalStateException.class);
        loop.until("it is complete", future::isDone);
        assertThatThrownBy(nop::future).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void anUnwantedSocketIsClosed(Ring ring, Loop loop, Path directory) throws Exception {
        try (var server = Transport.TCP4.server(directory)) {
            for (int i = 0; i < 20; i++) {
                CompletableFuture<AsyncSocket> future = ring.net().prepareConnect(server.getLocalAddress()).future();
                for (int turns = i % 3; turns > 0; turns--) {
                    loop.turn();
                }
                if (!future.cancel(false)) {
                    future.join().close();
                }
            }
            loop.until("every connect has ended", () -> ring.inFlight() == 0);
        } // the census finds one that is left open
    }

    @Test
    void bytesThatCameInSpiteOfTheCancelAreInTheBuffer(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        StringBuilder received = new StringBuilder();
        for (int i = 0; i < 50; i++) {
            Buf buf = loop.buffer(100);
            CompletableFuture<Integer> future = pair.near().prepareReceive(buf).future();
            for (int turns = i % 3; turns > 0; turns--) {
                loop.turn();
            }
            pair.farSends("x");
            future.cancel(false);
            loop.until("the buffer has come back", () -> !buf.isLent());
            received.append(buf.getText(UTF_8));
        }
        received.append(pair.nearReceives(50 - received.length()));
        assertThat(received).hasToString("x".repeat(50));
    }
}
