package dev.ringway.internal.ffi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Proxy;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@link Memory} against a segment of the JDK's own, and {@link Pages} against the kernel. */
class MemoryTest {

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment segment = arena.allocate(64, 8);
    private final long address = segment.address();

    @AfterEach
    void free() {
        arena.close();
    }

    @Test
    void writesEveryWidthInNativeOrder() {
        Memory.putByte(address, (byte) 0x81);
        Memory.putShort(address + 2, (short) 0x8182);
        Memory.putInt(address + 4, 0x81828384);
        Memory.putLong(address + 8, 0x8182838485868788L);

        assertThat(segment.get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 0x81);
        assertThat(segment.get(ValueLayout.JAVA_SHORT, 2)).isEqualTo((short) 0x8182);
        assertThat(segment.get(ValueLayout.JAVA_INT, 4)).isEqualTo(0x81828384);
        assertThat(segment.get(ValueLayout.JAVA_LONG, 8)).isEqualTo(0x8182838485868788L);
        boolean little = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
        assertThat(segment.get(ValueLayout.JAVA_BYTE, 4)).isEqualTo((byte) (little ? 0x84 : 0x81));
    }

    @Test
    void readsEveryWidthAlsoUnaligned() {
        for (int i = 0; i < 16; i++) {
            segment.set(ValueLayout.JAVA_BYTE, i, (byte) (i + 1));
        }
        assertThat(Memory.getByte(address + 3)).isEqualTo((byte) 4);
        assertThat(Memory.getShort(address + 1)).isEqualTo(segment.get(ValueLayout.JAVA_SHORT_UNALIGNED, 1));
        assertThat(Memory.getInt(address + 3)).isEqualTo(segment.get(ValueLayout.JAVA_INT_UNALIGNED, 3));
        assertThat(Memory.getLong(address + 5)).isEqualTo(segment.get(ValueLayout.JAVA_LONG_UNALIGNED, 5));
    }

    @Test
    void copiesBetweenArraysAndRanges() {
        Memory.copy(new byte[] {9, 1, 2, 3, 9}, 1, address + 1, 3);
        Memory.copy(address + 1, address + 2, 3);
        byte[] out = new byte[6];
        Memory.copy(address, out, 1, 5);
        assertThat(out).containsExactly(0, 0, 1, 1, 2, 3);
        assertThat(Memory.getByte(address + 5)).isZero();
    }

    @Test
    void fillsARangeAndNothingElse() {
        Memory.fill(address + 1, 3, (byte) 5);
        byte[] out = new byte[5];
        Memory.copy(address, out, 0, 5);
        assertThat(out).containsExactly(0, 5, 5, 5, 0);
    }

    @Test
    void segmentsHaveBoundsAndTheArenasLife() {
        Memory.putInt(address, 42);
        assertThat(Memory.segment(address, 4).get(ValueLayout.JAVA_INT, 0)).isEqualTo(42);
        assertThatThrownBy(() -> Memory.segment(address, 4).get(ValueLayout.JAVA_INT, 1))
                .isInstanceOf(IndexOutOfBoundsException.class);

        MemorySegment view;
        try (Arena life = Arena.ofConfined()) {
            view = Memory.segment(address, 4, life);
            assertThat(view.get(ValueLayout.JAVA_INT, 0)).isEqualTo(42);
        }
        assertThatThrownBy(() -> view.get(ValueLayout.JAVA_INT, 0)).isInstanceOf(IllegalStateException.class);
        assertThat(Memory.getInt(address)).isEqualTo(42);
    }

    @Test
    void pagesAreAlignedZeroedAndGoneAfterClose() throws IOException, InterruptedException {
        Sys sys = new LinuxSys();
        int page = Integer.parseInt(Child.run(List.of("getconf", "PAGESIZE"), Map.of()).out().strip());
        Pages pages = Pages.map(sys, page + 1L);
        assertThat(pages.address() % page).isZero();
        assertThat(pages.bytes()).isEqualTo(page + 1L);
        for (long offset = 0; offset < 2L * page; offset += Long.BYTES) {
            assertThat(Memory.getLong(pages.address() + offset)).isZero();
        }
        Memory.putLong(pages.address() + 2L * page - Long.BYTES, 1);
        assertThat(sys.madvise(pages.address(), 2L * page, 0)).isZero();

        pages.close();
        assertThat(sys.madvise(pages.address(), page, 0)).isEqualTo(-Errno.ENOMEM);
        assertThat(sys.madvise(pages.address() + page, page, 0)).isEqualTo(-Errno.ENOMEM);
    }

    @Test
    void closingPagesTwiceUnmapsOnce() {
        List<String> calls = new ArrayList<>();
        Pages pages = Pages.map(recording(calls, 1L << 20), 1);
        pages.close();
        pages.close();
        assertThat(calls).containsExactly("mmap", "munmap");
    }

    @Test
    void aRefusalNamesCallSizeAndErrno() {
        assertThatThrownBy(() -> Pages.map(recording(new ArrayList<>(), -(long) Errno.ENOMEM), 8192))
                .isInstanceOf(OutOfMemoryError.class)
                .hasMessageContaining("mmap(2)")
                .hasMessageContaining("bytes")
                .hasMessageContaining("ENOMEM");
        assertThatThrownBy(() -> Pages.map(new LinuxSys(), 1L << 62)).isInstanceOf(OutOfMemoryError.class);
    }

    @Test
    void sizesThatAreNoneAreMisuse() {
        for (long bytes : new long[] {0, -1, Long.MIN_VALUE, Long.MAX_VALUE}) {
            assertThatThrownBy(() -> Pages.map(recording(new ArrayList<>(), 1), bytes))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(Long.toString(bytes));
        }
    }

    /** A kernel that notes its calls, and answers mmap with {@code mapped}. */
    private static Sys recording(List<String> calls, long mapped) {
        return (Sys) Proxy.newProxyInstance(Sys.class.getClassLoader(), new Class<?>[] {Sys.class}, (_, method, _) -> {
            calls.add(method.getName());
            return method.getReturnType() == long.class ? (Object) mapped : (Object) 0;
        });
    }
}
