package dev.ringway.internal.readiness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.AsyncSocket;
import dev.ringway.Buf;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.testing.Count;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Pair;
import dev.ringway.testing.Row;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.io.IOException;
import java.net.SocketException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// What the driver does with the answers that epoll never gives: a registration that is refused after all, an error
/// that was taken from its socket.
class ReadinessDriverTest {
    /// epoll that changes what it says about the event of one token.
    private static final class Changed implements Poller {
        private final EpollPoller real;
        private long refusedToken = -1;
        private int refusedBits;
        private boolean refuse;
        private long last = -1;
        private int registrations;
        private int takenError;

        Changed(Sys sys) throws IOException {
            real = new EpollPoller(sys, 512);
        }

        @Override
        public int fd() {
            return real.fd();
        }

        @Override
        public boolean hasUnsubmitted() {
            return real.hasUnsubmitted();
        }

        @Override
        public int register(int fd, long token, int bit) {
            registrations++;
            last = token;
            if (!refuse) {
                return real.register(fd, token, bit);
            }
            refusedToken = token;
            refusedBits = bit;
            return bit;
        }

        @Override
        public int deregister(int fd) {
            return real.deregister(fd);
        }

        @Override
        public void closing(int fd) {
            real.closing(fd);
        }

        @Override
        public int await(long nanos) {
            return refusedToken < 0 ? real.await(nanos) : 1;
        }

        @Override
        public long token(int event) {
            return refusedToken < 0 ? real.token(event) : refusedToken;
        }

        @Override
        public int bits(int event) {
            return refusedToken < 0 ? real.bits(event) : refusedBits;
        }

        @Override
        public int refused(int event) {
            if (refusedToken < 0) {
                return 0;
            }
            return -Errno.ENOMEM;
        }

        @Override
        public int taken(int event) {
            return refusedToken < 0 && real.token(event) == last ? takenError : 0;
        }

        @Override
        public boolean tellsUrgentData() {
            return true;
        }

        @Override
        public void wake() {
            real.wake();
        }

        @Override
        public void close(long wakesOwed) {
            real.close(wakesOwed);
        }
    }

    private interface Body {
        void run(TestBed bed, Loop loop, Changed poller) throws Exception;
    }

    private static void run(String test, Body body) throws Throwable {
        TestBed.run(Row.EPOLL, test, bed -> {
            AtomicReference<Changed> poller = new AtomicReference<>();
            Loop loop = bed.loop(options -> {}, options -> {
                poller.set(new Changed(options.sys));
                return new ReadinessDriver(options, poller.get());
            });
            loop.turn();
            body.run(bed, loop, poller.get());
        });
    }

    @Test
    void whoWaitsIsToldThatTheRegistrationWasRefused() throws Throwable {
        run("refused", (bed, loop, poller) -> {
            Pair pair = Pair.open(bed, loop, Transport.UNIX);
            AsyncSocket near = pair.near();
            poller.refuse = true;
            Count receive = loop.start(near.prepareReceive(loop.buffer(8)));
            loop.turn();
            poller.refuse = false;
            loop.turn();
            poller.refusedToken = -1;
            assertThat(receive.failure()).isInstanceOf(IOException.class).hasMessageContaining("ENOMEM");

            int before = poller.registrations;
            Buf buf = loop.buffer(8);
            Count again = loop.start(near.prepareReceive(buf));
            loop.turn();
            assertThat(poller.registrations).as("it is registered anew").isEqualTo(before + 1);
            pair.farSends("hello");
            assertThat(again.value()).isEqualTo(5);
        });
    }

    @Test
    void anErrorThatWasTakenIsToldInPlaceOfTheEnd() throws Throwable {
        run("taken", (bed, loop, poller) -> {
            Pair pair = Pair.open(bed, loop, Transport.UNIX);
            Count receive = loop.start(pair.near().prepareReceive(loop.buffer(8)));
            loop.settle();
            poller.takenError = -Errno.ECONNRESET;
            pair.farCloses();
            assertThat(receive.failure()).isInstanceOf(SocketException.class).hasMessageContaining("ECONNRESET");
            assertThat(loop.start(pair.near().prepareReceive(loop.buffer(8))).failure())
                    .hasMessageContaining("ECONNRESET");
        });
    }
}
