package dev.ringway.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringway.AsyncSink;
import dev.ringway.AsyncSource;
import dev.ringway.Buf;
import dev.ringway.BufPool;
import dev.ringway.Operation;
import dev.ringway.PipeEnds;
import dev.ringway.Ring;
import dev.ringway.TestRings;
import dev.ringway.testing.Count;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Items;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Pair;
import dev.ringway.testing.Parity;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@EveryBackend
class BufPoolTest {
    @Test
    void saysWhatItIs(Loop loop) {
        BufPool pool = loop.pool(8, 100);
        assertThat(pool.count()).isEqualTo(8);
        assertThat(pool.size()).isEqualTo(100);
        assertThat(pool.toString()).contains("8 x 100");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(ints = {0, -1, 3, 1 << 16, Integer.MIN_VALUE})
    void aCountThatCannotBeIsRefused(int count, Ring ring) {
        assertThatThrownBy(() -> ring.pool(count, 100))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("power of two");
    }

    @Test
    void aSizeThatCannotBeIsRefused(Ring ring) {
        assertThatThrownBy(() -> ring.pool(2, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ring.pool(2, -1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theGreatestWorks(TestBed bed, Loop loop) {
        BufPool pool = loop.pool(1 << 15, 16);
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Items<Buf> items = loop.start(pair.near().prepareReceiveEach(pool));
        pair.farSends("hello");
        StringBuilder all = new StringBuilder();
        for (int i = 0; all.length() < 5; i++) {
            all.append(items.await(i + 1).get(i).getText(UTF_8));
        }
        assertThat(all).hasToString("hello");
    }

    @Test
    @Parity({"read_buf/read_read_buf_pool", "read_buf/read_read_buf_pool_reuse_buffers",
        "read_buf/read_read_buf_pool_multiple_buffers"})
    void everyBufferIsUsedAndUsedAgain(TestBed bed, Loop loop) {
        BufPool pool = loop.pool(4, 1);
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        Items<Buf> items = loop.start(pair.near().prepareReceiveEach(pool), lease -> {
            received.writeBytes(lease.getAll());
            lease.release();
        });
        byte[] content = new byte[5000];
        new Random(15).nextBytes(content);
        pair.farSends(content);
        loop.until("all has come", () -> received.size() == content.length);
        assertThat(received.toByteArray()).isEqualTo(content);
        assertThat(items.isDone()).isFalse();
        assertThat(TestRings.leases(pool)).isZero();
    }

    /// The kernel finds what is offered by a counter of 16 bits, which runs on and wraps.
    @Test
    @Parity({"beyond/counter_wrap_around", "defect/counters_wrap"})
    void moreAreLentThanACounterOfTheKernelsHolds(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        byte[] content = new byte[1 << 12];
        new Random(17).nextBytes(content);
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        loop.start(pair.near().prepareReceiveEach(loop.pool(1 << 12, 1)), lease -> {
            received.writeBytes(lease.getAll());
            lease.release();
        });
        for (int lent = 0; lent <= 1 << 16; lent += content.length) {
            received.reset();
            pair.farSends(content);
            loop.until("all has come", () -> received.size() == content.length);
            assertThat(received.toByteArray()).isEqualTo(content);
        }
    }

    @Test
    @Parity("read_buf/two_read_buf_pools")
    void twoPoolsDoNotMix(TestBed bed, Loop loop) {
        BufPool small = loop.pool(2, 4);
        BufPool large = loop.pool(2, 400);
        Pair one = Pair.open(bed, loop, Transport.TCP4);
        Pair two = Pair.open(bed, loop, Transport.TCP4);
        Items<Buf> first = loop.start(one.near().prepareReceiveEach(small));
        Items<Buf> second = loop.start(two.near().prepareReceiveEach(large));
        one.farSends("a".repeat(4));
        two.farSends("b".repeat(400));
        Buf a = first.await(1).getFirst();
        Buf b = second.await(1).getFirst();
        assertThat(a.capacity()).isEqualTo(4);
        assertThat(b.capacity()).isEqualTo(400);
        assertThat(a.peek(0)).isEqualTo((byte) 'a');
        assertThat(b.peek(0)).isEqualTo((byte) 'b');
    }

    @Test
    @Tag("J12")
    void aLeaseIsReleasedOnce(TestBed bed, Loop loop) {
        BufPool pool = loop.pool(2, 64);
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Items<Buf> items = loop.start(pair.near().prepareReceiveEach(pool));
        pair.farSends("x");
        Buf lease = items.await(1).getFirst();
        assertThat(TestRings.leases(pool)).isEqualTo(1);
        lease.release();
        assertThatThrownBy(lease::release).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(lease::get).isInstanceOf(IllegalStateException.class);
        assertThat(TestRings.leases(pool)).isZero();
    }

    @Test
    @Tag("J12")
    void aReleasedLeaseDoesNotReachItsSuccessor(TestBed bed, Loop loop) {
        BufPool pool = loop.pool(1, 64);
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Items<Buf> items = loop.start(pair.near().prepareReceiveEach(pool));
        pair.farSends("1");
        Buf old = items.await(1).getFirst();
        old.release();
        pair.farSends("2");
        Buf next = items.await(2).get(1);
        assertThatThrownBy(() -> old.put("overwrites")).isInstanceOf(IllegalStateException.class);
        assertThat(next.getText(UTF_8)).isEqualTo("2");
    }

    @Test
    @Tag("J11")
    void leasesComeBackFromOtherThreads(TestBed bed, Loop loop) {
        BufPool pool = loop.pool(4, 8);
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        LinkedBlockingQueue<Buf> leases = new LinkedBlockingQueue<>();
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        Items<Buf> items = loop.start(pair.near().prepareReceiveEach(pool), leases::add);
        byte[] content = new byte[2000];
        new Random(16).nextBytes(content);
        try (Workers workers = new Workers()) {
            workers.start(() -> {
                while (received.size() < content.length) {
                    Buf lease = leases.take();
                    received.writeBytes(lease.getAll());
                    lease.release();
                }
            });
            pair.farSends(content);
            loop.until("all has come", workers.done());
        }
        assertThat(received.toByteArray()).isEqualTo(content);
        assertThat(items.isDone()).isFalse();
    }

    @Test
    @Parity({"read_buf/read_read_buf_pool_reuse_same_buffer", "net/recv_read_buf_pool_send_read_buf"})
    void aLeaseCanBeSentAndReceivedInto(TestBed bed, Loop loop) {
        BufPool pool = loop.pool(2, 64);
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Items<Buf> items = loop.start(pair.near().prepareReceiveEach(pool));
        pair.farSends("p");
        Buf lease = items.await(1).getFirst();
        items.iteration().cancel();
        items.failure();
        assertThat(loop.await(pair.near().prepareSendAll(lease))).isEqualTo(1);
        assertThat(pair.farReceives(1)).containsExactly('p');
        pair.farSends("q");
        assertThat(loop.await(pair.near().prepareReceive(lease))).isEqualTo(1);
        assertThat(lease.getText(UTF_8)).isEqualTo("q");
    }

    /// What it holds stays, for as long as it is not released; then the buffer begins anew.
    @Test
    @Parity({"read_buf/read_read_buf_pool_reuse_same_buffer", "read_buf/read_buf"})
    void whatIsReceivedIntoALeaseIsAppended(TestBed bed, Loop loop) {
        BufPool pool = loop.pool(1, 8);
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        pair.farSends("abcde");
        Buf lease = loop.await(pair.near().prepareReceive(pool));
        loop.await(pair.near().prepareReceiveN(lease, 5 - lease.readable()));
        assertThat(lease.truncate(4).writable()).isEqualTo(4);
        pair.farSends("12");
        assertThat(loop.await(pair.near().prepareReceiveN(lease, 2))).isEqualTo(2);
        assertThat(lease.remove(1, 3).readable()).isEqualTo(4);
        pair.farSends("3456");
        assertThat(loop.await(pair.near().prepareReceiveN(lease, 4))).isEqualTo(4);
        assertThat(loop.await(pair.near().prepareReceive(lease))).isZero();
        assertThat(lease.getText(UTF_8)).isEqualTo("ad123456");
        lease.release();
        pair.farSends("new");
        Buf next = loop.await(pair.near().prepareReceive(pool));
        assertThat(next.readable() + next.writable()).isEqualTo(8);
        assertThat("new").startsWith(next.getText(UTF_8));
    }

    /// A lease has room, so that a number of bytes is a number of bytes.
    @Test
    @Parity({"beyond/pool_buffer_read_n", "defect/read_n_with_pool_buffer"})
    void aNumberOfBytesIsReadIntoALease(Ring ring, Loop loop) {
        PipeEnds ends = loop.await(ring.streams().preparePipe());
        AsyncSource source = loop.keep(ends.source());
        AsyncSink sink = loop.keep(ends.sink());
        List<Buf> leases = new ArrayList<>();
        Items<Buf> items = loop.start(source.prepareReadEach(loop.pool(1, 16)), leases::add);
        loop.await(sink.prepareWriteAll(loop.bufferOf("0")));
        items.await(1);
        items.iteration().cancel();
        items.failure(CancellationException.class);
        Buf lease = leases.getFirst();
        Count read = loop.start(source.prepareReadN(lease, 15));
        for (String part : new String[] {"123", "456789", "abcdefgh"}) {
            loop.linger(2);
            assertThat(read.isDone()).isFalse();
            loop.await(sink.prepareWriteAll(loop.bufferOf(part)));
        }
        assertThat(read.value()).isEqualTo(15);
        assertThat(lease.getText(UTF_8)).isEqualTo("0123456789abcdef");
        Count tooMuch = loop.start(source.prepareReadN(lease.clear(), 3));
        sink.close();
        tooMuch.failure(EOFException.class);
        assertThat(lease.getText(UTF_8)).isEqualTo("gh");
        assertThatThrownBy(() -> loop.start(source.prepareReadN(lease, 17)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("0 to");
        lease.release();
    }

    /// Whenever a receive is cancelled, before its bytes, with them or after them: its buffer is back, and its bytes
    /// are the next receive's.
    @ParameterizedTest(name = "an iteration: {0}")
    @ValueSource(booleans = {true, false})
    @Parity({"beyond/pool_buffer_lost_on_drop", "defect/results_after_drop_are_not_lost"})
    void noBufferIsLostWithItsReceive(boolean iteration, TestBed bed, Loop loop) {
        BufPool pool = loop.pool(2, 4);
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        StringBuilder sent = new StringBuilder();
        StringBuilder got = new StringBuilder();
        for (int round = 0; round < 60; round++) {
            String text = "<" + round + ">";
            sent.append(text);
            if (round % 3 == 0) {
                pair.farSends(text);
            }
            Runnable cancel = startReceive(iteration, round % 2 == 0, pair, pool, loop, got);
            if (round % 3 != 0) {
                pair.farSends(text);
            }
            for (int turns = 0; turns < round % 5; turns++) {
                loop.turn();
            }
            cancel.run();
            loop.until("nothing is in flight", () -> loop.inFlight() == 0);
        }
        while (got.length() < sent.length()) {
            got.append(text(loop.await(pair.near().prepareReceive(pool))));
        }
        assertThat(got).hasToString(sent.toString());
        assertThat(TestRings.leases(pool)).isZero();
        pair.farSends("12345678");
        Buf first = loop.await(pair.near().prepareReceive(pool));
        Buf second = loop.await(pair.near().prepareReceive(pool));
        assertThat(first.readable() + second.readable()).isPositive();
    }

    /// @param held whether what an iteration receives is not delivered
    private static Runnable startReceive(
            boolean iteration, boolean held, Pair pair, BufPool pool, Loop loop, StringBuilder got) {
        if (iteration) {
            Items<Buf> items = loop.start(pair.near().prepareReceiveEach(pool), lease -> got.append(text(lease)));
            if (held) {
                items.iteration().pause();
            }
            return () -> items.iteration().cancel();
        }
        Operation<Buf> receive = pair.near().prepareReceive(pool);
        receive.start((lease, failure) -> {
            if (lease != null) {
                got.append(text(lease));
            }
        });
        return receive::cancel;
    }

    private static String text(Buf lease) {
        String text = lease.getText(UTF_8);
        lease.release();
        return text;
    }

    @Test
    @Parity("config/config_single_issuer")
    void oneMadeElsewhereWorks(TestBed bed, Loop loop) {
        List<BufPool> pools = new ArrayList<>();
        try (Workers workers = new Workers()) {
            workers.start(() -> pools.add(loop.pool(2, 64)));
        }
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Items<Buf> items = loop.start(pair.near().prepareReceiveEach(pools.getFirst()));
        pair.farSends("x");
        assertThat(items.await(1).getFirst().get()).isEqualTo((byte) 'x');
    }

    @Test
    void oneMadeBeforeTheFirstPollWorks(TestBed bed) {
        Loop loop = bed.loop(options -> {});
        BufPool pool = loop.pool(2, 64);
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Items<Buf> items = loop.start(pair.near().prepareReceiveEach(pool));
        pair.farSends("x");
        assertThat(items.await(1).getFirst().get()).isEqualTo((byte) 'x');
    }

    @Test
    void aLeaseOutlivesItsSocket(TestBed bed, Loop loop) {
        BufPool pool = loop.pool(2, 64);
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Items<Buf> items = loop.start(pair.near().prepareReceiveEach(pool));
        pair.farSends("x");
        Buf lease = items.await(1).getFirst();
        pair.near().close();
        items.failure();
        assertThat(lease.getText(UTF_8)).isEqualTo("x");
    }

    @Test
    void aLeaseOutlivesItsRing(TestBed bed) {
        Loop loop = bed.loop(options -> {});
        BufPool pool = loop.pool(2, 64);
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Items<Buf> items = loop.start(pair.near().prepareReceiveEach(pool));
        pair.farSends("x");
        Buf lease = items.await(1).getFirst();
        loop.closeRing();
        assertThat(lease.getText(UTF_8)).isEqualTo("x");
        lease.release();
    }
}
