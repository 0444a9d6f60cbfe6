package dev.ringway.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.ringway.AsyncListener;
import dev.ringway.internal.loop.LoopOptions;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Pipe;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// The census fails on a leak of each kind, and on nothing else.
class CensusTest {
    @Test
    void passesWhenNothingIsLeft() throws Throwable {
        TestBed.run(Row.EPOLL, "clean", bed -> assertThat(bed.loop().await(bed.loop().ring().prepareNop())).isZero());
    }

    @Test
    void findsASocket() {
        AtomicReference<SocketChannel> leak = new AtomicReference<>();
        assertThat(failureOf(bed -> leak.set(SocketChannel.open()))).hasMessageContaining("socket:");
        close(leak);
    }

    @Test
    void findsAPipe() {
        AtomicReference<Pipe> leak = new AtomicReference<>();
        assertThat(failureOf(bed -> leak.set(Pipe.open()))).hasMessageContaining("pipe:");
        close(new AtomicReference<>(leak.get().source()));
        close(new AtomicReference<>(leak.get().sink()));
    }

    @Test
    void findsAnAnonymousInode() {
        AtomicReference<Selector> leak = new AtomicReference<>();
        assertThat(failureOf(bed -> leak.set(Selector.open()))).hasMessageContaining("anon_inode:");
        close(leak);
    }

    @Test
    void findsAnOpenFileBelowTheDirectory() {
        AtomicReference<OutputStream> leak = new AtomicReference<>();
        assertThat(failureOf(bed -> leak.set(new FileOutputStream(bed.directory().resolve("file").toFile()))))
                .hasMessageContaining("/file");
        close(leak);
    }

    @Test
    void findsAnFdThatWasClosedAndWasNotOurs() throws Exception {
        SocketChannel foreign = SocketChannel.open();
        assertThat(failureOf(bed -> foreign.close())).hasMessageContaining("gone {").hasMessageContaining("socket:");
    }

    @Test
    void findsAThreadByItsName() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        AtomicReference<Thread> leak = new AtomicReference<>();
        CountDownLatch running = new CountDownLatch(1); // the system does not know its name earlier
        Thread.Builder builder = Thread.ofPlatform().name("ringway-leak");
        Throwable failure = failureOf(bed -> {
            leak.set(builder.start(() -> {
                running.countDown();
                await(end);
            }));
            await(running);
        });
        assertThat(failure).hasMessageContaining("threads leaked").hasMessageContaining("ringway-leak");
        end.countDown();
        leak.get().join();
    }

    @Test
    void ignoresWhatCannotBeOurs() throws Throwable {
        InputStream[] other = new InputStream[1];
        CountDownLatch end = new CountDownLatch(1);
        TestBed.run(Row.EPOLL, "foreign", bed -> {
            other[0] = Files.newInputStream(Project.ROOT.resolve("pom.xml"));
            Thread.ofPlatform().daemon().name("somebody").start(() -> await(end));
        });
        other[0].close();
        end.countDown();
    }

    @Test
    void findsABufferThatWasNotReleased() {
        assertThat(failureOf(bed -> bed.loop().ring().buffer(100))).hasMessageContaining("block of memory");
    }

    @Test
    void findsAHandleThatNobodyClosed() {
        Throwable failure = failureOf(bed -> {
            Loop loop = bed.loop();
            AsyncListener[] listener = new AsyncListener[1];
            loop.ring().net().listen(Transport.TCP4.unused(bed.directory()), (value, problem) -> listener[0] = value);
            loop.until("it listens", () -> listener[0] != null);
        });
        assertThat(failure).hasMessageContaining("before the ring's end").hasMessageContaining("socket:");
    }

    @Test
    void findsAnOperationThatDoesNotEnd() {
        assertThat(failureOf(bed -> bed.loop().ring().timers().after(Duration.ofHours(1), (nothing, failure) -> {})))
                .hasMessageContaining("every operation has ended");
    }

    @Test
    void findsACallbackThatThrew() {
        IllegalStateException thrown = new IllegalStateException("thrown by a callback");
        Throwable failure = failureOf(bed -> {
            bed.loop().ring().nop((count, problem) -> {
                throw thrown;
            });
            bed.loop().settle();
        });
        assertThat(failure).hasMessageContaining("callbacks threw").hasSuppressedException(thrown);
    }

    @Test
    void findsStepsThatDidNotHappen() {
        assertThat(failureOf(bed -> bed.steps().expect(1))).hasMessageContaining("finish was not called");
        assertThat(failureOf(bed -> catchThrowable(() -> bed.steps().expect(2)))).hasMessageContaining("step 2");
    }

    @Test
    void findsARingThatWasNotClosed() throws Exception {
        AtomicReference<AutoCloseable> leak = new AtomicReference<>();
        Throwable failure = failureOf(bed -> {
            LoopOptions options = new LoopOptions();
            leak.set(Row.EPOLL.loop(options)::close);
        });
        assertThat(failure).hasMessageContaining("[eventpoll]").hasMessageContaining("[eventfd]");
        close(leak);
    }

    private static Throwable failureOf(TestBed.Body body) {
        Throwable failure = catchThrowable(() -> TestBed.run(Row.EPOLL, "leaky", body));
        assertThat(failure).isInstanceOf(AssertionError.class);
        return failure;
    }

    private static void await(CountDownLatch end) {
        try {
            end.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void close(AtomicReference<? extends AutoCloseable> leak) {
        try {
            leak.get().close();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
