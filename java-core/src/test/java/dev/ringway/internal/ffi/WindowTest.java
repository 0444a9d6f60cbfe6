package dev.ringway.internal.ffi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

final class WindowTest {
    private final MemorySegment around = Arena.ofAuto().allocate(64, 8);
    private final Window window = new Window(around.address() + 16, 32);

    @Test
    void beginsWhereItWasMade() {
        window.putInt(0, 7);
        assertThat(around.get(ValueLayout.JAVA_INT, 16)).isEqualTo(7);
        assertThat(window.address()).isEqualTo(around.address() + 16);
    }

    @Test
    void everyWidthComesBackAsItWasWritten() {
        window.putShort(0, (short) -2);
        window.putInt(4, -3);
        window.putLong(8, -4);
        assertThat(window.getShort(0)).isEqualTo((short) -2);
        assertThat(window.getInt(4)).isEqualTo(-3);
        assertThat(window.getLong(8)).isEqualTo(-4);
        assertThat(around.get(ValueLayout.JAVA_LONG, 24)).isEqualTo(-4);
    }

    @Test
    void orderedAccessesReachTheSameBytes() {
        window.putIntRelease(4, 7);
        assertThat(window.getIntAcquire(4)).isEqualTo(7);
        assertThat(window.getIntOpaque(4)).isEqualTo(7);
        window.putShortRelease(8, (short) -9);
        assertThat(window.getShort(8)).isEqualTo((short) -9);
        assertThat(window.getShort(10)).isZero();
    }

    @Test
    void nothingOutsideCanBeReached() {
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> window.putLong(25, 0));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> window.getInt(-1));
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> window.putShortRelease(32, (short) 0));
        window.putLong(24, 1);
        assertThat(around.get(ValueLayout.JAVA_LONG, 8)).isZero();
        assertThat(around.get(ValueLayout.JAVA_LONG, 48)).isZero();
    }
}
