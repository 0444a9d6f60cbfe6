package dev.ringway.hazard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.conformance.Workers;
import dev.ringway.testing.Count;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Outcome;
import dev.ringway.testing.Pair;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A write that cannot go on, the end of the output, and a close, in every order: the close always happens, and soon.
@EveryBackend
@Tag("H33")
class EndOrderTest {
    private static final long SOON_NANOS = TimeUnit.SECONDS.toNanos(1);

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"WSC", "WCS", "SWC", "SCW", "CWS", "CSW"})
    void onThePollingThread(String order, TestBed bed, Loop loop) {
        for (boolean turns : new boolean[] {true, false}) {
            Pair pair = stuck(bed, loop);
            Steps steps = new Steps(loop, pair);
            long begun = System.nanoTime();
            for (char step : order.toCharArray()) {
                steps.start(step);
                if (turns) {
                    loop.turn();
                }
            }
            steps.requireEnds(order);
            assertThat(System.nanoTime() - begun).as("nanoseconds").isLessThan(SOON_NANOS);
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"WSC", "WCS", "SWC", "SCW", "CWS", "CSW"})
    void onAnotherThread(String order, TestBed bed, Loop loop) {
        Pair pair = stuck(bed, loop);
        Steps steps = new Steps(loop, pair);
        long begun = System.nanoTime();
        try (Workers workers = new Workers()) {
            workers.start(() -> {
                for (char step : order.toCharArray()) {
                    if (step == 'C') {
                        pair.near().close(); // waits
                    } else {
                        steps.start(step);
                    }
                }
            });
            loop.until("they have been started", workers.done());
        }
        steps.start('C');
        steps.requireEnds(order);
        assertThat(System.nanoTime() - begun).as("nanoseconds").isLessThan(SOON_NANOS);
    }

    /// Connected to somebody who does not read, with little room.
    private static Pair stuck(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4, 4096);
        pair.nearSendsThroughASmallBuffer();
        return pair;
    }

    /// What is done to a socket, each once.
    private static final class Steps {
        private final Loop loop;
        private final Pair pair;
        private Count write;
        private Outcome<Void> shutdown;
        private Outcome<Void> close;

        Steps(Loop loop, Pair pair) {
            this.loop = loop;
            this.pair = pair;
        }

        void start(char step) {
            switch (step) {
                case 'W' -> write = loop.start(pair.near().prepareSendAll(loop.bufferOf(new byte[1 << 20])));
                case 'S' -> shutdown = loop.start(pair.near().prepareShutdownOutput());
                default -> close = loop.start(pair.near().prepareClose());
            }
        }

        /// The close succeeds; what came after it hears that the socket is closed, what came before it hears that too
        /// or has ended otherwise: a shutdown well, a write behind a shutdown with a broken pipe.
        void requireEnds(String order) {
            assertThat(close.failure()).isNull();
            if (order.indexOf('W') < order.indexOf('S') || order.indexOf('C') < order.indexOf('W')) {
                write.failure(ClosedChannelException.class);
            } else {
                write.failure(IOException.class);
            }
            Throwable failure = shutdown.failure();
            if (failure != null || order.indexOf('C') < order.indexOf('S')) {
                shutdown.failure(ClosedChannelException.class);
            }
        }
    }
}
