package dev.ringway.samples;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ringway.AsyncFile;
import dev.ringway.AsyncSocket;
import dev.ringway.Buf;
import dev.ringway.BufPool;
import dev.ringway.ByteStream;
import dev.ringway.FileWatcher.Interest;
import dev.ringway.FileWatcher;
import dev.ringway.IntOperation;
import dev.ringway.Iteration;
import dev.ringway.ProcessTarget;
import dev.ringway.Received;
import dev.ringway.Ring;
import dev.ringway.Signal;
import dev.ringway.WaitStatus;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.SocketAddress;
import java.nio.channels.InterruptedByTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/// What docs/guide.md shows of Java.
final class Guide {
    private static final int BLOCK = 4096;

    private Guide() {}

    /// A ring that the calling thread turns.
    static void ownThread() throws IOException {
        Ring ring = Ring.create();
        ring.timers().after(Duration.ofMillis(10), (nothing, failure) -> ring.close());
        ring.run(); // turns until the ring is closed
    }

    /// A ring with a thread of its own, used by one that may wait.
    static String read(Path path) throws IOException {
        try (Ring ring = Ring.start("reader");
                AsyncFile file = ring.files().prepareOpen(path).join();
                Buf buf = ring.buffer(4096)) {
            file.prepareRead(buf).join();
            return buf.getText(UTF_8);
        }
    }

    static CompletableFuture<AsyncSocket> connect(Ring ring, SocketAddress address) {
        return ring.net().prepareConnect(address).timeout(Duration.ofSeconds(2)).future();
    }

    /// Sends a question and gets the answer, or the failure.
    static CompletableFuture<String> ask(Ring ring, AsyncSocket socket, String question) {
        CompletableFuture<String> answer = new CompletableFuture<>();
        Buf buf = ring.bufferOf(question);
        socket.sendAll(buf, (sent, unsent) -> {
            if (unsent != null) {
                answer.completeExceptionally(unsent);
                return;
            }
            socket.prepareReceive(buf.clear()).timeout(Duration.ofSeconds(2)).start((count, failure) -> {
                if (failure != null) {
                    answer.completeExceptionally(failure);
                } else {
                    answer.complete(buf.getText(UTF_8));
                }
                buf.release();
            });
        });
        return answer;
    }

    /// Counts what comes until the peer ends the stream.
    static Iteration<Buf> count(AsyncSocket socket, BufPool pool, LongConsumer total) {
        long[] bytes = {0};
        return socket.receiveEach(pool, lease -> {
            bytes[0] += lease.readable();
            lease.release();
        }, (end, failure) -> total.accept(failure == null ? bytes[0] : -1));
    }

    /// What came of a receive that somebody may have cancelled.
    static IntOperation receive(AsyncSocket socket, Buf buf, CompletableFuture<String> outcome) {
        return socket.receive(buf, (count, failure) -> {
            if (failure == null) {
                outcome.complete(count < 0 ? "the end" : count + " bytes"); // also if the kernel was faster
            } else if (failure instanceof CancellationException) {
                outcome.complete("cancelled");
            } else {
                outcome.completeExceptionally(failure); // an IOException
            }
        });
    }

    /// Reads blocks of a file, all of them at once.
    static long sumOfBlocks(Ring ring, AsyncFile file, long[] offsets, List<Buf> blocks) throws IOException {
        List<IntOperation> reads = new ArrayList<>();
        for (int i = 0; i < offsets.length; i++) {
            reads.add(file.prepareReadN(blocks.get(i).clear(), BLOCK).from(offsets[i]));
        }
        ring.prepareBatch(reads).join(); // all of them at once; throws what the first that fails throws
        long sum = 0;
        for (Buf block : blocks.subList(0, offsets.length)) {
            sum += block.peek(0);
        }
        return sum;
    }

    /// Makes durable what a file holds.
    static void save(AsyncFile file, Buf content) throws IOException {
        file.prepareWriteAll(content).at(0).join();
        file.prepareSync().join();
    }

    /// On a virtual thread, which parks while it waits.
    static String ask(ByteStream stream, String question) throws IOException {
        stream.outputStream().write((question + "\n").getBytes(UTF_8));
        InputStream input = stream.inputStream(Duration.ofSeconds(2));
        return new BufferedReader(new InputStreamReader(input, UTF_8)).readLine();
    }

    /// Runs a command, and ends it if it takes longer.
    static WaitStatus run(Ring ring, Duration limit, String... command) throws IOException {
        Process process = new ProcessBuilder(command).start();
        ProcessTarget target = ProcessTarget.of(process);
        try {
            return ring.processes().prepareWaitFor(target).timeout(limit).join();
        } catch (InterruptedByTimeoutException late) {
            ring.processes().prepareSend(target, Signal.KILL).join();
            return ring.processes().prepareWaitFor(target).join();
        }
    }

    /// Calls back with each path that appears below a directory.
    static FileWatcher watch(Ring ring, Path directory, Consumer<Path> appeared) throws IOException {
        FileWatcher watcher = ring.files().prepareWatcher().join();
        watcher.prepareWatch(directory, Interest.CREATE, Interest.MOVE_INTO).recursive().join();
        watcher.eventEach(event -> appeared.accept(event.path()), (end, failure) -> watcher.close());
        return watcher;
    }

    /// Answers one datagram.
    static void answer(AsyncSocket socket, Buf buf) throws IOException {
        Received question = socket.prepareReceiveFrom(buf.clear()).join();
        socket.prepareSendTo(buf, question.sender()).join();
    }
}
