package dev.ringway.bench.allocation;

import dev.ringway.AsyncFile;
import dev.ringway.AsyncSocket;
import dev.ringway.Buf;
import dev.ringway.Completion;
import dev.ringway.Each;
import dev.ringway.IntCompletion;
import dev.ringway.Ring;
import dev.ringway.RingTimers;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// With callbacks: each operation is prepared once, and each completion starts the next.
final class CallbackWork implements Work {
    private static final Duration LONG = Duration.ofSeconds(10);
    private static final Duration SOON = Duration.ofNanos(1);

    private final Ring ring = Ring.create();
    private final Repeated[] all;

    CallbackWork() throws IOException {
        Things things = Things.of(ring);
        all = new Repeated[] {
            new Nop(),
            new Timer(),
            new Transfer(things, Kind.SMALL),
            new Transfer(things, Kind.LARGE),
            new Leased(things),
            new FileRead(things)
        };
    }

    @Override
    public String details() {
        return ring.backend().toString();
    }

    @Override
    public long run(Kind kind, long nanos) throws IOException {
        Repeated repeated = all[kind.ordinal()];
        long before = repeated.completed;
        repeated.running = true;
        repeated.underWay = true;
        repeated.start();
        long end = System.nanoTime() + nanos;
        while (repeated.underWay) {
            ring.poll(LONG);
            repeated.running = end - System.nanoTime() > 0;
        }
        if (repeated.failed != null) {
            throw new IOException(repeated.failed);
        }
        return repeated.completed - before;
    }

    @Override
    public void close() {
        ring.close();
    }

    /// Starts again when it has completed.
    private abstract static class Repeated {
        long completed;
        boolean running;
        boolean underWay;
        @Nullable Throwable failed;

        abstract void start();

        void again(int operations, boolean right, @Nullable Throwable failure) {
            completed += operations;
            failed = failure != null || right ? failure : new IOException("too few bytes");
            if (running && failed == null) {
                start();
            } else {
                underWay = false;
            }
        }
    }

    private final class Nop extends Repeated implements IntCompletion {
        private final Ring.Nop nop = ring.prepareNop();

        @Override
        void start() {
            nop.reset().start(this);
        }

        @Override
        public void complete(int count, @Nullable Throwable failure) {
            again(1, true, failure);
        }
    }

    private final class Timer extends Repeated implements Completion<@Nullable Void> {
        private final RingTimers.After timer = ring.timers().prepareAfter(SOON);

        @Override
        void start() {
            timer.reset(SOON).start(this);
        }

        @Override
        public void complete(@Nullable Void nothing, @Nullable Throwable failure) {
            again(1, true, failure);
        }
    }

    /// Sends what the buffer holds, and receives it at the other end into the same buffer.
    private static final class Transfer extends Repeated {
        private final Buf buf;
        private final int bytes;
        private final AsyncSocket.Send send;
        private final AsyncSocket.Receive receive;
        private final IntCompletion sent = (count, failure) -> sent(failure);
        private final IntCompletion received;

        Transfer(Things things, Kind kind) {
            buf = things.buffer(kind);
            bytes = kind.bytes();
            send = things.ends(kind).near().prepareSendAll(buf);
            receive = things.ends(kind).far().prepareReceive(buf);
            received = (count, failure) -> again(2, count == bytes, failure);
        }

        @Override
        void start() {
            send.reset(buf).start(sent);
        }

        private void sent(@Nullable Throwable failure) {
            if (failure == null) {
                receive.reset(buf.clear()).start(received);
            } else {
                again(1, true, failure);
            }
        }
    }

    /// Sends; at the other end an iteration that never ends receives a lease, which is sent back.
    private static final class Leased extends Repeated implements Each<Buf> {
        private final Buf buf;
        private final AsyncSocket.Send send;
        private final AsyncSocket.Receive receive;
        private final AsyncSocket.Send back;
        private final IntCompletion sent = (count, failure) -> sent(failure);
        private final IntCompletion received = (count, failure) -> ended(count, failure);
        private final IntCompletion sentBack = (count, failure) -> sentBack(count, failure);
        private @Nullable Buf lease;
        private boolean right;
        private int open;

        Leased(Things things) {
            buf = things.buffer(Kind.LEASE);
            AsyncSocket near = things.ends(Kind.LEASE).near();
            AsyncSocket far = things.ends(Kind.LEASE).far();
            send = near.prepareSendAll(buf);
            receive = near.prepareReceive(buf);
            back = far.prepareSendAll(buf);
            far.receiveEach(things.pool(), this, (end, failure) -> {});
        }

        @Override
        void start() {
            open = 2;
            right = true;
            send.reset(buf).start(sent);
        }

        private void sent(@Nullable Throwable failure) {
            if (failure == null) {
                receive.reset(buf.clear()).start(received);
            } else {
                again(0, false, failure);
            }
        }

        @Override
        public void next(Buf message) {
            lease = message;
            back.reset(message).start(sentBack);
        }

        private void sentBack(int count, @Nullable Throwable failure) {
            lease.release();
            ended(count, failure);
        }

        /// The message is back when it has been received, and its lease when sending it back is over: either is told
        /// first.
        private void ended(int count, @Nullable Throwable failure) {
            right = right && count == Kind.LEASE.bytes();
            if (--open == 0 || failure != null) {
                again(1, right, failure);
            }
        }
    }

    private static final class FileRead extends Repeated implements IntCompletion {
        private final Buf buf;
        private final AsyncFile.Read read;

        FileRead(Things things) {
            buf = things.buffer(Kind.READ);
            read = things.file().prepareRead(buf).from(0);
        }

        @Override
        void start() {
            read.reset(buf.clear()).from(0).start(this);
        }

        @Override
        public void complete(int count, @Nullable Throwable failure) {
            again(1, count == Kind.READ.bytes(), failure);
        }
    }
}
