package dev.ringway.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ringway.Buf;
import dev.ringway.ErrnoException;
import dev.ringway.Operation;
import dev.ringway.Ring;
import dev.ringway.internal.ffi.Pages;
import dev.ringway.testing.Cap;
import dev.ringway.testing.Caps;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Outcome;
import dev.ringway.testing.Parity;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@EveryBackend
class AdviseMemoryTest {
    private static final int PAGE = Pages.size();
    private static final Set<Buf.Advice> EVERYWHERE = EnumSet.of(
            Buf.Advice.NORMAL, Buf.Advice.RANDOM, Buf.Advice.SEQUENTIAL, Buf.Advice.WILL_NEED, Buf.Advice.DONT_NEED,
            Buf.Advice.FREE);
    /// Of the kernel's configuration.
    private static final Set<Buf.Advice> PERHAPS = EnumSet.of(
            Buf.Advice.HUGE_PAGE, Buf.Advice.NO_HUGE_PAGE, Buf.Advice.MERGEABLE, Buf.Advice.UNMERGEABLE);

    /// Whole pages, aligned, that nobody else has.
    private static Buf pages(Loop loop, int count) {
        ByteBuffer memory = ByteBuffer.allocateDirect((count + 1) * PAGE).alignedSlice(PAGE);
        return loop.keep(Buf.adopt(memory.limit(count * PAGE).slice()).clear());
    }

    @Test
    void thePageSizeIsAPowerOfTwo() {
        assertThat(PAGE).isGreaterThanOrEqualTo(4096);
        assertThat(Integer.bitCount(PAGE)).isEqualTo(1);
    }

    @Test
    @Parity({"mem/madvise", "operation/mem_advise"})
    void memoryThatWillBeNeededIsAsItWas(Ring ring, Loop loop) {
        Buf buf = pages(loop, 2).put("content");
        loop.await(ring.prepareAdvise(buf, Buf.Advice.WILL_NEED));
        assertThat(buf.getText(UTF_8)).isEqualTo("content");
    }

    @ParameterizedTest
    @EnumSource(Buf.Advice.class)
    @Parity("beyond/mem_advices")
    void everyAdviceIsTakenOrRefusedByName(Buf.Advice advice, Ring ring, Loop loop, Caps caps) {
        Buf buf = pages(loop, 2);
        Outcome<Void> outcome = loop.start(ring.prepareAdvise(buf, advice));
        boolean taken = outcome.failure() == null;
        if (EVERYWHERE.contains(advice)) {
            outcome.value();
        } else if (!caps.has(Cap.HAS_LINUXS_MEMORY_ADVICE)) {
            assertThat(taken).isFalse();
        } else if (!PERHAPS.contains(advice)) {
            outcome.value();
        }
        if (!taken) {
            ErrnoException failure = outcome.failure(ErrnoException.class);
            assertThat(failure.errnoName()).isEqualTo("EINVAL");
            assertThat(failure).hasMessageContaining("madvise").hasMessageContaining("does not take " + advice);
        }
        assertThat(buf.put("usable").getText(UTF_8)).isEqualTo("usable");
    }

    /// That the kernel has heard of it is seen by what it does: the pages of the range are zeros, and those beside not.
    @Test
    void whatIsNotNeededIsGoneInItsRangeAndNowhereElse(Ring ring, Loop loop) {
        Buf buf = pages(loop, 3);
        byte[] content = new byte[3 * PAGE];
        Arrays.fill(content, (byte) 'x');
        buf.put(content);
        loop.await(ring.prepareAdvise(buf, Buf.Advice.DONT_NEED).range(PAGE, PAGE));
        Arrays.fill(content, PAGE, 2 * PAGE, (byte) 0);
        assertThat(buf.getAll()).isEqualTo(content);
    }

    @Test
    void aRangeThatIsNotWholePagesIsRefusedAndTheRightOneIsTold(Ring ring, Loop loop) {
        Buf buf = loop.buffer(4 * PAGE - 1);
        Operation<Void> all = ring.prepareAdvise(buf, Buf.Advice.DONT_NEED);
        IllegalArgumentException refused = catchThrowableOfType(
                IllegalArgumentException.class, () -> loop.start(all));
        assertThat(refused).hasMessageContaining("not whole pages of " + PAGE);
        Matcher told = Pattern.compile("at offset (\\d+), (\\d+) bytes").matcher(refused.getMessage());
        assertThat(told.find()).isTrue();
        assertThat(buf.isLent()).isFalse();
        int offset = Integer.parseInt(told.group(1));
        int length = Integer.parseInt(told.group(2));
        assertThat(length).isBetween(2 * PAGE, 4 * PAGE);
        loop.await(ring.prepareAdvise(buf, Buf.Advice.DONT_NEED).range(offset, length));
        for (int[] range : new int[][] {{offset, length - 1}, {offset + 1, PAGE}, {offset, 0}}) {
            Operation<Void> advise = ring.prepareAdvise(buf, Buf.Advice.NORMAL).range(range[0], range[1]);
            assertThatThrownBy(() -> loop.start(advise)).isInstanceOf(IllegalArgumentException.class);
        }
        Operation<Void> small = ring.prepareAdvise(loop.buffer(64), Buf.Advice.NORMAL);
        assertThatThrownBy(() -> loop.start(small)).hasMessageContaining("there is none in it");
    }

    @Test
    void aRangeBeyondTheBufferIsRefused(Ring ring, Loop loop) {
        Buf buf = pages(loop, 1);
        for (int[] range : new int[][] {{-1, PAGE}, {PAGE, PAGE}, {0, 2 * PAGE}, {0, -1}}) {
            assertThatThrownBy(() -> ring.prepareAdvise(buf, Buf.Advice.NORMAL).range(range[0], range[1]))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void registeredMemoryIsNotPartedFromItsPages(Ring ring, Loop loop) {
        Buf buf = loop.registeredBuffers(1, PAGE).getFirst().put("content");
        for (Buf.Advice advice : EnumSet.of(Buf.Advice.DONT_NEED, Buf.Advice.FREE)) {
            Operation<Void> advise = ring.prepareAdvise(buf, advice);
            assertThatThrownBy(() -> loop.start(advise)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("registeredBuffers");
        }
        loop.await(ring.prepareAdvise(buf, Buf.Advice.SEQUENTIAL).range(0, PAGE));
        assertThat(buf.getText(UTF_8)).isEqualTo("content");
    }

    @Test
    void aBufferInUseIsRefused(Ring ring, Loop loop) {
        Buf buf = pages(loop, 1);
        loop.start(ring.prepareAdvise(buf, Buf.Advice.WILL_NEED));
        Operation<Void> second = ring.prepareAdvise(buf, Buf.Advice.WILL_NEED);
        assertThatThrownBy(() -> loop.start(second)).isInstanceOf(IllegalStateException.class);
        loop.until("it is back", () -> !buf.isLent());
    }
}
