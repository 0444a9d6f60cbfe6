package dev.ringway.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.internal.ffi.EpollEvent;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.LinuxSys;
import dev.ringway.internal.ffi.Memory;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.testing.CountingSys.Call;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The faulty kernel keeps the promises that a kernel makes.
class FaultySysTest {
    private static final long TOKEN = 0x7_0000_0003L;

    private final Arena arena = Arena.ofConfined();
    private final long memory = arena.allocate(4096, 8).address();
    private final long events = arena.allocate(64 * 16, 8).address();
    private final LinuxSys real = new LinuxSys();
    private int near;
    private int far;

    @BeforeEach
    void connect() {
        int type = Linux.SOCK_STREAM() | Linux.SOCK_CLOEXEC() | Linux.SOCK_NONBLOCK();
        assertThat(real.socketpair(Linux.AF_UNIX(), type, 0, memory)).isZero();
        near = Memory.getInt(memory);
        far = Memory.getInt(memory + Integer.BYTES);
    }

    @AfterEach
    void close() {
        real.close(near);
        real.close(far);
        arena.close();
    }

    /// What a hundred receives say, each of at most ten bytes of the thousand that are there.
    private List<Integer> receives(FaultySys sys) {
        assertThat(real.send(far, memory, 1000, Linux.MSG_NOSIGNAL())).isEqualTo(1000);
        List<Integer> results = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            results.add(sys.recv(near, memory, 10, Linux.MSG_DONTWAIT()));
        }
        while (real.recv(near, memory, 1000, Linux.MSG_DONTWAIT()) > 0) {
            assertThat(results).hasSize(100);
        }
        return results;
    }

    @Test
    void theSameSeedMakesTheSameFaults() {
        List<Integer> first = receives(new FaultySys(real, 42, true));
        assertThat(receives(new FaultySys(real, 42, true))).isEqualTo(first);
        assertThat(receives(new FaultySys(real, 43, true))).isNotEqualTo(first);
        assertThat(first).contains(-Errno.EINTR, -Errno.EAGAIN, 10).anyMatch(count -> count > 0 && count < 10);
    }

    @Test
    void withoutMischiefThereAreNone() {
        assertThat(receives(new FaultySys(real, 42, false))).containsOnly(10);
    }

    @Test
    void whoIsToldToWaitHearsOfItAgain() {
        FaultySys sys = new FaultySys(real, 1, true);
        int epoll = sys.epollCreate();
        EpollEvent.put(memory, Linux.EPOLLIN() | Linux.EPOLLOUT() | Linux.EPOLLET(), TOKEN);
        assertThat(sys.epollCtl(epoll, Linux.EPOLL_CTL_ADD(), near, memory)).isZero();
        assertThat(real.send(far, memory, 1000, Linux.MSG_NOSIGNAL())).isEqualTo(1000);
        boolean ready = true;
        int waits = 0;
        for (int left = 1000; left > 0; ) {
            int received = ready ? sys.recv(near, memory, 100, Linux.MSG_DONTWAIT()) : 0;
            left -= Math.max(0, received);
            if (ready && received != -Errno.EINTR && received < 100) {
                ready = false; // as a driver on edges has it: there is no more until an event says so
            } else if (!ready) {
                assertThat(++waits).as("waits until everything was received").isLessThan(5000);
                ready = isReadable(sys.epollWait(epoll, events, 64, 0));
            }
        }
        assertThat(waits).isPositive();
        real.close(epoll);
    }

    private boolean isReadable(int count) {
        boolean readable = false;
        for (int event = 0; event < count; event++) {
            long at = events + (long) event * EpollEvent.BYTES;
            readable |= EpollEvent.data(at) == TOKEN && (EpollEvent.events(at) & Linux.EPOLLIN()) != 0;
        }
        return readable;
    }

    @Test
    void transfersOfRangesAreCutAndTheRangesLeftAsTheyWere() {
        FaultySys sys = new FaultySys(real, 1, true);
        for (int i = 0; i < 4; i++) {
            Memory.putLong(memory + (long) i * Linux.IOVEC_BYTES() + Linux.IOVEC_BASE(), memory + 1024);
            Memory.putLong(memory + (long) i * Linux.IOVEC_BYTES() + Linux.IOVEC_LEN(), 10);
        }
        Set<Integer> results = new TreeSet<>();
        for (int i = 0; i < 200; i++) {
            int written = sys.writev(far, memory, 4);
            results.add(written);
            while (written > 0) {
                written -= Math.max(0, sys.readv(near, memory, 4));
            }
            assertThat(written).as("no more is read than was written").isLessThanOrEqualTo(0);
        }
        assertThat(results).contains(-Errno.EINTR, 10, 20, 30, 40).anyMatch(bytes -> bytes > 0 && bytes % 10 != 0);
        for (int i = 0; i < 4; i++) {
            assertThat(Memory.getLong(memory + (long) i * Linux.IOVEC_BYTES() + Linux.IOVEC_LEN())).isEqualTo(10);
        }
    }

    @Test
    void theClockStandsUntilItIsMoved() throws InterruptedException {
        FaultySys sys = new FaultySys(real, 1, false);
        long begun = sys.nanoTime();
        Thread.sleep(2);
        assertThat(sys.nanoTime()).isEqualTo(begun);
        sys.advance(TimeUnit.HOURS.toNanos(10));
        assertThat(sys.nanoTime() - begun).isEqualTo(TimeUnit.HOURS.toNanos(10)); // though its numbers have overflown
        assertThat(sys.nanoTime()).isLessThan(begun);
    }

    @Test
    void aWaitEndsWhenTheClockReachesItsLimit() throws InterruptedException {
        FaultySys sys = new FaultySys(real, 1, false);
        int epoll = sys.epollCreate();
        long limit = TimeUnit.SECONDS.toNanos(1);
        long begun = sys.nanoTime();
        Thread mover = Thread.ofPlatform().start(() -> sys.advance(limit));
        int waits = 0;
        while (sys.nanoTime() - begun < limit) {
            assertThat(sys.epollWait(epoll, events, 64, limit)).isZero();
            assertThat(++waits).isLessThan(1000);
        }
        mover.join();
        real.close(epoll);
    }

    @Test
    void oneCallFailsAsItIsTold() {
        FaultySys sys = new FaultySys(real, 1, false);
        sys.failNext(Call.RECV, Errno.ENOMEM);
        assertThat(sys.recv(near, memory, 10, Linux.MSG_DONTWAIT())).isEqualTo(-Errno.ENOMEM);
        assertThat(sys.recv(near, memory, 10, Linux.MSG_DONTWAIT())).isEqualTo(-Errno.EAGAIN);
        sys.failNth(Call.SEND, 2);
        assertThat(sys.send(near, memory, 1, Linux.MSG_NOSIGNAL())).isEqualTo(1);
        assertThat(sys.hasFailed()).isFalse();
        assertThat(sys.send(near, memory, 1, Linux.MSG_NOSIGNAL())).isEqualTo(-Errno.EPIPE);
        assertThat(sys.hasFailed()).isTrue();
        assertThat(sys.send(near, memory, 1, Linux.MSG_NOSIGNAL())).isEqualTo(1);
    }
}
