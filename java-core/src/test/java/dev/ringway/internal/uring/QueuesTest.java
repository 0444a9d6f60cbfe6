package dev.ringway.internal.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.internal.ffi.LinuxSys;
import dev.ringway.internal.ffi.Memory;
import dev.ringway.internal.ffi.Pages;
import dev.ringway.internal.ffi.Window;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.testing.CountingSys;
import dev.ringway.testing.Parity;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The queues where their counters wrap, which a ring comes to after four thousand million operations: the test has the
/// kernel's part, and its counters begin shortly before.
class QueuesTest {
    private static final int ENTRIES = 8;
    private static final int HEAD = 0;
    private static final int TAIL = 64;
    private static final int FLAGS = 128;
    private static final int CQ_HEAD = 192;
    private static final int CQ_TAIL = 256;
    private static final int CQES = 320;
    private static final int ARRAY = CQES + ENTRIES * 16;

    private final CountingSys sys = new CountingSys(new LinuxSys()) {
        @Override
        public long mmap(long length, int protection, int flags, int fd, long offset) {
            return super.mmap(length, protection, Linux.MAP_PRIVATE() | Linux.MAP_ANONYMOUS(), -1, 0);
        }
    };

    private RingLayout layout;

    @BeforeEach
    void map() throws SetupFailure {
        try (Pages params = Pages.map(sys, 512)) {
            put(params, Linux.PARAMS_SQ_ENTRIES(), ENTRIES);
            put(params, Linux.PARAMS_CQ_ENTRIES(), ENTRIES);
            put(params, Linux.PARAMS_SQ_OFF_HEAD(), HEAD);
            put(params, Linux.PARAMS_SQ_OFF_TAIL(), TAIL);
            put(params, Linux.PARAMS_SQ_OFF_FLAGS(), FLAGS);
            put(params, Linux.PARAMS_SQ_OFF_ARRAY(), ARRAY);
            put(params, Linux.PARAMS_CQ_OFF_HEAD(), CQ_HEAD);
            put(params, Linux.PARAMS_CQ_OFF_TAIL(), CQ_TAIL);
            put(params, Linux.PARAMS_CQ_OFF_CQES(), CQES);
            layout = RingLayout.map(sys, -1, params.address());
        }
    }

    private static void put(Pages params, long offset, int value) {
        Memory.putInt(params.address() + offset, value);
    }

    @AfterEach
    void unmap() {
        layout.unmap(sys);
    }

    private Window begin(int counter) {
        Window ring = layout.rings;
        for (int offset : new int[] {HEAD, TAIL, CQ_HEAD, CQ_TAIL}) {
            ring.putInt(offset, counter);
        }
        return ring;
    }

    @ParameterizedTest(name = "from {0}")
    @ValueSource(ints = {-5, Integer.MAX_VALUE - 4, 0})
    @Parity({"beyond/counter_wrap_around", "defect/counters_wrap"})
    void asManyEntriesAsThereAreAreWrittenAndNoneTwice(int counter) {
        Window ring = begin(counter);
        SubmissionQueue queue = new SubmissionQueue(layout, true);
        int consumed = counter;
        for (int round = 0; round < 5; round++) {
            Set<Integer> places = new HashSet<>();
            for (int i = 0; i < ENTRIES; i++) {
                places.add(queue.next());
            }
            assertThat(places).hasSize(ENTRIES).allMatch(place -> place >= 0 && place < ENTRIES * Linux.SQE_BYTES());
            assertThat(queue.next()).isEqualTo(SubmissionQueue.FULL);
            assertThat(queue.publish()).isEqualTo(ENTRIES);
            assertThat(ring.getInt(TAIL)).isEqualTo(consumed + ENTRIES);
            ring.putInt(HEAD, consumed + 3); // the kernel takes some
            for (int i = 0; i < 3; i++) {
                assertThat(places).contains(queue.next());
            }
            assertThat(queue.next()).isEqualTo(SubmissionQueue.FULL);
            assertThat(queue.hasWaiting()).isTrue();
            assertThat(queue.publish()).isEqualTo(ENTRIES);
            consumed += ENTRIES + 3;
            ring.putInt(HEAD, consumed); // and then all
            assertThat(queue.hasWaiting()).isFalse();
            assertThat(queue.publish()).isZero();
        }
    }

    @ParameterizedTest(name = "from {0}")
    @ValueSource(ints = {-5, Integer.MAX_VALUE - 4, 0})
    @Parity({"beyond/counter_wrap_around", "defect/counters_wrap"})
    void everyCompletionIsReadOnce(int counter) {
        Window ring = begin(counter);
        CompletionQueue queue = new CompletionQueue(layout);
        int tail = counter;
        long name = 0;
        for (int count = 0; count <= ENTRIES; count++) {
            for (int i = 0; i < count; i++) {
                int entry = CQES + (tail & ENTRIES - 1) * Linux.CQE_BYTES();
                ring.putLong(entry + Linux.CQE_USER_DATA(), name + i);
                ring.putLong(entry + Linux.CQE_RES(), (name + i) << 32 | 7);
                tail++;
            }
            ring.putInt(CQ_TAIL, tail);
            assertThat(queue.look()).isEqualTo(count);
            for (int i = 0; i < count; i++, name++) {
                assertThat(queue.next()).isTrue();
                assertThat(queue.userData()).isEqualTo(name);
                assertThat(CompletionQueue.res(queue.outcome())).isEqualTo(7);
                assertThat(CompletionQueue.flags(queue.outcome())).isEqualTo((int) name);
            }
            assertThat(queue.next()).isFalse();
            queue.advance();
            assertThat(ring.getInt(CQ_HEAD)).isEqualTo(tail);
        }
    }
}
