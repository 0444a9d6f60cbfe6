package dev.ringway;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.InterruptibleChannel;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A handle as a channel for threads that wait.
///
/// 1. A thread takes the lock of its direction. Waiting for that and for the operation it parks, so that a virtual one
///    leaves its carrier to others.
/// 2. The bytes go through a buffer of the ring, which exists for one operation: with nothing in flight the channel has
///    no native memory, and so needs no more than its handle to be closed. What a read has received too much is kept on
///    the heap.
/// 3. `join` returns when the operation has really ended. If the thread was interrupted meanwhile, or before, the
///    handle is closed, as [InterruptibleChannel] has it.
final class BlockingChannel implements ByteChannel, InterruptibleChannel {
    private static final int MOST_BYTES = 8192;

    private final AsyncFd fd;
    private final @Nullable Function<Buf, IntOperation> read;
    private final @Nullable Function<Buf, IntOperation> writeAll;
    private final boolean ahead;
    private final ReentrantLock reading = new ReentrantLock();
    private final ReentrantLock writing = new ReentrantLock();
    /// Guarded by reading.
    private ByteBuffer kept = ByteBuffer.allocate(0);

    /// @param read     prepares a read; null if it cannot be read
    /// @param writeAll prepares a write of the whole buffer; null if it cannot be written
    /// @param ahead    whether a read may take more than it was asked for, since nobody else misses it
    BlockingChannel(
            AsyncFd fd,
            @Nullable Function<Buf, IntOperation> read,
            @Nullable Function<Buf, IntOperation> writeAll,
            boolean ahead) {
        this.fd = fd;
        this.read = read;
        this.writeAll = writeAll;
        this.ahead = ahead;
    }

    // ---- reading

    @Override
    public int read(ByteBuffer dst) throws IOException {
        if (read == null) {
            throw new NonReadableChannelException();
        }
        if (dst.isReadOnly()) {
            throw new IllegalArgumentException("read of " + fd + ": " + dst + " is read-only");
        }
        lock(reading, "read");
        try {
            requireOpen();
            if (dst.hasRemaining() && !kept.hasRemaining()) {
                return receive(dst, read);
            }
            int count = Math.min(dst.remaining(), kept.remaining());
            dst.put(kept.slice(kept.position(), count));
            kept.position(kept.position() + count);
            return count;
        } finally {
            reading.unlock();
        }
    }

    private int receive(ByteBuffer dst, Function<Buf, IntOperation> prepare) throws IOException {
        try (Buf buf = buffer(ahead ? MOST_BYTES : dst.remaining())) {
            int count = join(prepare.apply(buf));
            int wanted = Math.min(count, dst.remaining());
            buf.get(dst);
            if (buf.readable() > 0) {
                kept = ByteBuffer.wrap(buf.getAll());
            }
            return wanted;
        }
    }

    // ---- writing

    @Override
    public int write(ByteBuffer src) throws IOException {
        if (writeAll == null) {
            throw new NonWritableChannelException();
        }
        lock(writing, "write");
        try {
            requireOpen();
            int first = src.position();
            while (src.hasRemaining()) {
                send(src, writeAll);
            }
            return src.position() - first;
        } finally {
            writing.unlock();
        }
    }

    private void send(ByteBuffer src, Function<Buf, IntOperation> prepare) throws IOException {
        try (Buf buf = buffer(src.remaining())) {
            int end = src.position() + buf.capacity();
            buf.put(src.slice(src.position(), buf.capacity()));
            try {
                join(prepare.apply(buf));
            } finally {
                src.position(end - buf.readable()); // also after a failure: behind what has gone out
            }
        }
    }

    // ---- waiting

    private Buf buffer(int wanted) {
        return Buf.allocate(fd.handle.driver.memory(), Math.min(wanted, MOST_BYTES));
    }

    private void lock(ReentrantLock side, String call) throws IOException {
        if (fd.handle.driver.onOwner()) {
            throw new IllegalStateException(call + " of " + fd
                    + ": a channel on the polling thread would wait for itself; use a completion, or another thread");
        }
        try {
            side.lockInterruptibly();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            requireOpen();
            throw closedByInterrupt();
        }
    }

    private void requireOpen() throws ClosedChannelException {
        if (!fd.isOpen()) {
            throw new ClosedChannelException();
        }
    }

    private int join(IntOperation operation) throws IOException {
        try {
            return operation.join();
        } catch (IOException failure) {
            throw Thread.currentThread().isInterrupted() ? closedByInterrupt() : failure;
        } catch (RejectedExecutionException refused) {
            requireOpen();
            throw new IOException(refused.getMessage(), refused);
        }
    }

    private ClosedByInterruptException closedByInterrupt() {
        fd.close();
        return new ClosedByInterruptException();
    }

    // ---- closing

    @Override
    public boolean isOpen() {
        return fd.isOpen();
    }

    @Override
    public void close() {
        fd.close();
    }

    @Override
    public String toString() {
        return "channel of " + fd;
    }
}
