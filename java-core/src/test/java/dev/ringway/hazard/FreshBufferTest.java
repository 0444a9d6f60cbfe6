package dev.ringway.hazard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringway.Buf;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Pair;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Memory is used again as it is, not zeroed: what somebody else has left in it can be neither seen nor sent.
@EveryBackend
@Tag("J12")
class FreshBufferTest {
    private static final String SECRET = "secret".repeat(10);

    @Test
    void whatItsPredecessorHeldCannotBeRead(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        loop.ring().bufferOf(SECRET).release();
        Buf fresh = loop.buffer(SECRET.length());
        assertThat(fresh.readable()).isZero();
        assertThat(fresh.getAll()).isEmpty();
        assertThat(fresh.truncate(SECRET.length()).compact().readable()).isZero();
        ByteBuffer sink = ByteBuffer.allocate(10);
        assertThat(fresh.get(sink)).isSameAs(fresh);
        assertThat(sink.position()).isZero();
        assertThatThrownBy(fresh::get).isInstanceOf(BufferUnderflowException.class);
        assertThatThrownBy(() -> fresh.get(new byte[1])).isInstanceOf(BufferUnderflowException.class);
        assertThatThrownBy(() -> fresh.peek(0)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> fresh.skip(1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(loop.await(pair.near().prepareSendAll(fresh))).isZero();
        pair.farSends("mine");
        assertThat(loop.await(pair.near().prepareReceiveN(fresh, 4))).isEqualTo(4);
        assertThat(fresh.getText(UTF_8)).isEqualTo("mine");
        pair.near().close();
        assertThat(pair.farReceivesAll()).isEmpty();
    }

    /// A receive that was given memory and took nothing has not made anything readable.
    @Test
    void nothingIsReadableAfterAnOperationThatMovedNothing(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        loop.ring().bufferOf(SECRET).release();
        Buf fresh = loop.buffer(SECRET.length());
        pair.near().shutdownInput((nothing, failure) -> {});
        assertThat(loop.await(pair.near().prepareReceive(fresh))).isEqualTo(-1);
        assertThat(fresh.readable()).isZero();
        assertThat(fresh.writable()).isEqualTo(SECRET.length());
    }
}
