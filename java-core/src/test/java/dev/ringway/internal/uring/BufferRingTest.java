package dev.ringway.internal.uring;

import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.ringway.Buf;
import dev.ringway.BufPool;
import dev.ringway.TestRings;
import dev.ringway.testing.Cap;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Loop;
import org.junit.jupiter.api.Test;

@EveryBackend(where = Cap.REGISTERS_BUFFERS_AND_FILES)
final class BufferRingTest {
    private static final int OFFERED = 128;

    /// It would be offered, and written to, while somebody reads it.
    @Test
    void aBufferThatTheKernelWasNotOfferedCannotHaveBeenFilled(Loop loop) {
        BufPool pool = loop.pool(2 * OFFERED, 64);
        loop.turn();
        assertThatIllegalStateException().isThrownBy(() -> TestRings.filled(pool, 2 * OFFERED - 1, 1));
        Buf filled = TestRings.filled(pool, 0, 1);
        assertThatIllegalStateException().isThrownBy(() -> TestRings.filled(pool, 0, 1));
        filled.release();
        loop.turn();
        TestRings.filled(pool, 0, 1).release(); // it is offered again
    }
}
