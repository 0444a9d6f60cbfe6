package dev.ringway.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.AsyncFile;
import dev.ringway.Buf;
import dev.ringway.testing.Cap;
import dev.ringway.testing.Caps;
import dev.ringway.testing.Count;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Libc;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Outcome;
import dev.ringway.testing.TestBed;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Calls that may block run elsewhere where the backend cannot wait for them: there the executor counts, and with
/// io_uring it is never asked.
@EveryBackend
class OffloadTest {
    @Test
    void theExecutorThatWasGivenIsUsedWhereItIsNeeded(TestBed bed, Caps caps) throws Exception {
        Set<String> threads = ConcurrentHashMap.newKeySet();
        try (ExecutorService executor = Executors.newSingleThreadExecutor()) {
            Loop loop = bed.loop(options -> options.offload = work -> executor.execute(() -> {
                threads.add(Thread.currentThread().getName());
                work.run();
            }));
            Path path = Files.writeString(bed.directory().resolve("file"), "content");
            AsyncFile file = loop.await(loop.ring().files().prepareOpen(path));
            Buf buf = loop.buffer(7);
            loop.await(file.prepareReadN(buf, 7));
            assertThat(buf.getText(UTF_8)).isEqualTo("content");
            file.close();
        }
        assertThat(threads).hasSize(caps.has(Cap.PLAIN_CALLS) ? 1 : 0);
    }

    @Test
    void oneThatRunsOnTheCallersThreadWorks(TestBed bed) throws Exception {
        Loop loop = bed.loop(options -> options.offload = Runnable::run);
        loop.turn();
        Path path = bed.directory().resolve("file");
        AsyncFile file = loop.await(
                loop.ring().files().prepareOpen(path, StandardOpenOption.WRITE, StandardOpenOption.CREATE));
        loop.await(file.prepareWriteAll(loop.bufferOf("content")));
        assertThat(Files.readString(path)).isEqualTo("content");
    }

    @Test
    void oneThatRefusesIsNamedAndNothingIsLost(TestBed bed, Caps caps) throws Exception {
        boolean[] refuses = {true};
        Loop loop = bed.loop(options -> options.offload = work -> {
            if (refuses[0]) {
                throw new RejectedExecutionException("thrown by the executor");
            }
            work.run();
        });
        loop.turn();
        Path path = Files.writeString(bed.directory().resolve("file"), "content");
        Outcome<AsyncFile> open = loop.start(loop.ring().files().prepareOpen(path));
        if (caps.has(Cap.PLAIN_CALLS)) {
            assertThat(open.failure(IOException.class))
                    .hasMessageContaining("open").hasMessageContaining("Ring.Builder.offload");
        } else {
            open.value();
        }
        refuses[0] = false;
        AsyncFile file = loop.await(loop.ring().files().prepareOpen(path));
        refuses[0] = true;
        Buf buf = loop.buffer(10);
        Count read = loop.start(file.prepareRead(buf));
        if (caps.has(Cap.PLAIN_CALLS)) {
            read.failure(IOException.class);
            assertThat(buf.isLent()).isFalse();
            refuses[0] = false;
            assertThat(loop.await(file.prepareReadN(buf, 7))).isEqualTo(7);
        } else {
            assertThat(read.value()).isEqualTo(7);
        }
    }

    @Test
    void manyMoreThanItsThreadsAllEnd(TestBed bed, Loop loop) throws Exception {
        Path path = Files.writeString(bed.directory().resolve("file"), "x");
        List<Outcome<AsyncFile>> opens = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            opens.add(loop.start(loop.ring().files().prepareOpen(path)));
        }
        for (Outcome<AsyncFile> open : opens) {
            open.value().close();
        }
    }

    @Test
    @Tag("H26")
    void callsThatBlockDoNotHoldTheLoopUp(TestBed bed, Loop loop) throws Exception {
        List<Outcome<AsyncFile>> opens = new ArrayList<>();
        List<Path> fifos = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            fifos.add(Libc.mkfifo(bed.directory().resolve("fifo" + i)));
            opens.add(loop.start(loop.ring().files().prepareOpen(fifos.getLast())));
        }
        Path path = Files.writeString(bed.directory().resolve("file"), "x");
        loop.await(loop.ring().files().prepareOpen(path)).close();
        for (int i = 0; i < 3; i++) {
            assertThat(opens.get(i).isDone()).isFalse();
            try (RandomAccessFile writer = new RandomAccessFile(fifos.get(i).toFile(), "rw")) {
                opens.get(i).value().close();
                assertThat(writer.getChannel().isOpen()).isTrue();
            }
        }
    }
}
