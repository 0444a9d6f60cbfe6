package dev.ringway.storm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringway.Backend;
import dev.ringway.BackendUnavailableException;
import dev.ringway.Ring;
import dev.ringway.RingGroup;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.LinuxSys;
import dev.ringway.testing.Census;
import dev.ringway.testing.CountingSys;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Groups of rings that start their threads themselves.
class GroupSetUpTest {
    @TempDir
    Path directory;

    @Test
    void itsRingsHaveThreadsOfTheirOwn() throws Exception {
        try (RingGroup group = RingGroup.builder().size(3).start("group")) {
            for (int i = 0; i < 3; i++) {
                CompletableFuture<String> name = new CompletableFuture<>();
                group.ring(i).execute(() -> name.complete(Thread.currentThread().getName()));
                assertThat(name.get(10, TimeUnit.SECONDS)).isEqualTo("ringway-group-" + i);
            }
        }
    }

    @Test
    void thereIsOneForEachProcessor() throws Exception {
        try (RingGroup group = RingGroup.start("group")) {
            assertThat(group.size()).isEqualTo(Runtime.getRuntime().availableProcessors());
        }
    }

    @Test
    void ifOneCannotBeMadeThoseBeforeItAreClosed() {
        Census before = Census.take(directory);
        AtomicInteger made = new AtomicInteger();
        Ring.Builder third = Probe.builder(Backend.EPOLL, new CountingSys(new LinuxSys()) {
            @Override
            public int eventfd(int initial, int flags) {
                return made.incrementAndGet() == 3 ? -Errno.EMFILE : super.eventfd(initial, flags);
            }
        });
        assertThatThrownBy(() -> RingGroup.builder().size(5).rings(third).start("group"))
                .isInstanceOf(BackendUnavailableException.class)
                .hasMessageContaining("EMFILE");
        assertThat(made).hasValue(3);
        before.requireSameFds("after the group");
        before.requireSameThreads("after the group", TimeUnit.SECONDS.toNanos(6));
    }

    @Test
    void anEmptyGroupIsRefused() {
        assertThatThrownBy(() -> RingGroup.builder().size(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least 1");
    }
}
