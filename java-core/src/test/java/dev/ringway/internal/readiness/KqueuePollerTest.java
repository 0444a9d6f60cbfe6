package dev.ringway.internal.readiness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Kevent;
import dev.ringway.internal.op.Notes.Noted;
import dev.ringway.internal.readiness.FakeKqueue.Event;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/// What the poller asks of kqueue(2), in every layout.
class KqueuePollerTest {
    private static final int READ = Poller.READABLE;
    private static final int WRITE = Poller.WRITABLE;
    private static final int BATCH = 256;

    private FakeKqueue sys;

    private KqueuePoller poller(Kevent layout) throws IOException {
        sys = new FakeKqueue(layout);
        KqueuePoller poller = new KqueuePoller(sys, layout, 512, 256);
        assertThat(sys.asked()).containsExactly("add user 0");
        return poller;
    }

    private static void register(Poller poller, int fd, int bit) {
        assertThat(poller.register(fd, 100 + fd, bit)).isEqualTo(bit);
    }

    @ParameterizedTest
    @EnumSource
    void additionsCostNoCallOfTheirOwn(Kevent layout) throws IOException {
        KqueuePoller poller = poller(layout);
        register(poller, 5, READ);
        register(poller, 6, WRITE);
        register(poller, 5, WRITE);
        assertThat(sys.asked()).isEmpty();
        assertThat(poller.await(0)).isZero();
        assertThat(sys.asked()).containsExactly("add read 5, add write 6, add write 5; wait");
        assertThat(sys.registered()).containsExactlyInAnyOrder("user 0", "read 5", "write 6", "write 5");
        assertThat(poller.await(0)).isZero();
        assertThat(sys.asked()).as("handed over once").containsExactly("wait");
        poller.close(0);
        assertThat(sys.closes()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void anInterruptedWaitHasMadeItsChanges(Kevent layout) throws IOException {
        KqueuePoller poller = poller(layout);
        register(poller, 5, READ);
        sys.interruptions = 1;
        assertThat(poller.await(-1)).isEqualTo(-Errno.EINTR);
        assertThat(poller.await(0)).isZero();
        assertThat(sys.asked()).containsExactly("add read 5; wait", "wait");
        poller.close(0);
    }

    @ParameterizedTest
    @EnumSource
    void aRemovalComesAtOnceAndTakesWaitingAdditionsAlong(Kevent layout) throws IOException {
        KqueuePoller poller = poller(layout);
        register(poller, 5, READ);
        poller.await(0);
        register(poller, 4, WRITE);
        register(poller, 5, WRITE);
        register(poller, 7, READ);
        sys.asked();
        assertThat(poller.deregister(5)).isZero();
        assertThat(sys.asked()).containsExactly("delete read 5, delete write 5");
        poller.await(0);
        assertThat(sys.asked()).containsExactly("add write 4, add read 7; wait");
        assertThat(sys.registered()).containsExactlyInAnyOrder("user 0", "write 4", "read 7");
        poller.close(0);
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "LIBKQUEUE")
    void aKernelForgetsClosedFdsByItself(Kevent layout) throws IOException {
        KqueuePoller poller = poller(layout);
        register(poller, 5, READ);
        poller.await(0);
        register(poller, 5, WRITE);
        sys.asked();
        poller.closing(5);
        assertThat(sys.asked()).isEmpty();
        poller.await(0);
        assertThat(sys.asked()).as("no change reaches a number that was closed").containsExactly("wait");
        poller.close(0);
    }

    @ParameterizedTest
    @EnumSource(names = "LIBKQUEUE")
    void aLibraryIsTold(Kevent layout) throws IOException {
        KqueuePoller poller = poller(layout);
        register(poller, 5, READ);
        poller.await(0);
        register(poller, 5, WRITE);
        sys.asked();
        poller.closing(5);
        assertThat(sys.asked()).containsExactly("delete read 5, delete write 5");
        poller.await(0);
        assertThat(sys.asked()).containsExactly("wait");
        poller.close(0);
    }

    @ParameterizedTest
    @EnumSource
    void aFullBatchIsHandedOverWithoutTouchingTheEventsOfTheTurn(Kevent layout) throws IOException {
        KqueuePoller poller = poller(layout);
        sys.tell(new Event(3, Kevent.EVFILT_READ, 0, 0, 33));
        sys.tell(new Event(4, Kevent.EVFILT_WRITE, 0, 0, 44));
        assertThat(poller.await(0)).isEqualTo(2);
        sys.refuse("read 17", Errno.ENOMEM);
        sys.asked();
        IntStream.range(0, BATCH + 1).forEach(i -> register(poller, 10 + i, READ));
        assertThat(poller.deregister(4711)).isZero();
        assertThat(poller.token(0)).isEqualTo(33);
        assertThat(poller.token(1)).isEqualTo(44);
        assertThat(poller.bits(1)).isEqualTo(WRITE);
        assertThat(sys.asked()).hasSize(2).first().asString().startsWith("add read 10, ").doesNotContain("wait");
        assertThat(sys.registered()).hasSize(BATCH);

        assertThat(poller.await(0)).as("the refusal").isEqualTo(1);
        assertThat(sys.asked()).containsExactly("add read 17, add read " + (10 + BATCH) + "; wait");
        assertThat(poller.refused(0)).isEqualTo(-Errno.ENOMEM);
        assertThat(poller.token(0)).isEqualTo(117);
        poller.close(0);
    }

    @ParameterizedTest
    @EnumSource
    void aBatchOfNothingButRefusalsTakesNoMore(Kevent layout) throws IOException {
        KqueuePoller poller = poller(layout);
        for (int i = 0; i < BATCH; i++) {
            sys.refuse("write " + (10 + i), Errno.ENOMEM);
            register(poller, 10 + i, WRITE);
        }
        assertThat(poller.register(5, 105, READ)).isEqualTo(-Errno.ENOMEM);
        assertThat(poller.await(0)).isEqualTo(BATCH);
        register(poller, 5, READ);
        poller.close(0);
    }

    @ParameterizedTest
    @EnumSource
    void aRefusalNamesItsDirection(Kevent layout) throws IOException {
        KqueuePoller poller = poller(layout);
        sys.refuse("write 6", Errno.EPIPE);
        register(poller, 6, READ);
        register(poller, 6, WRITE);
        assertThat(poller.await(0)).isEqualTo(1);
        assertThat(poller.refused(0)).isEqualTo(-Errno.EPIPE);
        assertThat(poller.bits(0)).isEqualTo(WRITE);
        assertThat(poller.token(0)).isEqualTo(106);
        poller.close(0);
    }

    @ParameterizedTest
    @EnumSource
    void eventsSayWhatHasHappened(Kevent layout) throws IOException {
        KqueuePoller poller = poller(layout);
        sys.tell(new Event(3, Kevent.EVFILT_READ, Kevent.EV_CLEAR, 0, 1));
        sys.tell(new Event(3, Kevent.EVFILT_WRITE, Kevent.EV_CLEAR, 0, 2));
        sys.tell(new Event(3, Kevent.EVFILT_READ, Kevent.EV_CLEAR | Kevent.EV_EOF, 0, 3));
        sys.tell(new Event(3, Kevent.EVFILT_WRITE, Kevent.EV_EOF, Errno.ECONNRESET, 4));
        sys.tell(new Event(3, Kevent.EVFILT_WRITE, Kevent.EV_EOF, Errno.EIO, 5));
        assertThat(poller.await(0)).isEqualTo(5);
        assertThat(IntStream.range(0, 5).map(poller::bits))
                .containsExactly(READ, WRITE, READ | Poller.HANG_UP, WRITE, WRITE);
        assertThat(IntStream.range(0, 5).mapToLong(poller::token)).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(IntStream.range(0, 5).map(poller::refused)).containsOnly(0);
        assertThat(IntStream.range(0, 5).map(poller::taken)).containsExactly(0, 0, 0,
                layout == Kevent.LIBKQUEUE ? -Errno.ECONNRESET : 0, 0);
        poller.close(0);
    }

    @ParameterizedTest
    @EnumSource
    void closingWaitsForThoseWhoWake(Kevent layout) throws Exception {
        KqueuePoller poller = poller(layout);
        poller.wake();
        assertThat(sys.asked()).as("a trigger replaces the token").containsExactly("trigger with -1 user 0");
        CountDownLatch begun = new CountDownLatch(1);
        AtomicBoolean woken = new AtomicBoolean();
        Thread late = Thread.ofPlatform().start(() -> {
            begun.countDown();
            LockedUp.forMillis(50);
            woken.set(true);
            poller.wake();
        });
        begun.await();
        poller.close(2);
        assertThat(woken).isTrue();
        assertThat(sys.closes()).isEqualTo(1);
        late.join();
    }

    /// A thread that takes its time.
    private static final class LockedUp {
        static void forMillis(long millis) {
            try {
                Thread.sleep(millis);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    // ---- signals and files

    private static int usr1(Kevent layout) {
        return layout == Kevent.LIBKQUEUE ? 10 : 30;
    }

    @ParameterizedTest
    @EnumSource
    void aSignalIsAddedOnceAndToldToAllWhoListen(Kevent layout) throws IOException {
        KqueuePoller poller = poller(layout);
        List<String> told = new ArrayList<>();
        Noted one = (what, count) -> told.add("one " + count);
        Noted two = (what, count) -> told.add("two " + count);
        assertThat(poller.notes().addSignal(10, one)).isZero();
        assertThat(poller.notes().addSignal(10, two)).isZero();
        assertThat(sys.asked()).containsExactly("add signal " + usr1(layout));
        sys.tell(new Event(usr1(layout), Kevent.EVFILT_SIGNAL, 0, 0, 0));
        assertThat(poller.await(0)).isEqualTo(1);
        assertThat(poller.noted(0)).isTrue();
        assertThat(told).containsExactly("one 1", "two 1");
        sys.asked();
        poller.notes().removeSignal(10, one);
        assertThat(sys.asked()).isEmpty();
        poller.notes().removeSignal(10, two);
        assertThat(sys.asked()).containsExactly("delete signal " + usr1(layout));
        sys.refuse("signal " + usr1(layout), Errno.EPERM);
        assertThat(poller.notes().addSignal(10, one)).isEqualTo(-Errno.EPERM);
        poller.close(0);
        assertThat(sys.asked()).hasSize(1);
        poller.notes().removeSignal(10, one);
        assertThat(sys.asked()).as("no call on a queue that is closed").isEmpty();
    }

    /// Real-time signals are Linux's.
    @ParameterizedTest
    @EnumSource
    void aSignalThatTheSystemDoesNotHave(Kevent layout) throws IOException {
        KqueuePoller poller = poller(layout);
        assertThat(poller.notes().addSignal(40, (what, count) -> {}))
                .isEqualTo(layout == Kevent.LIBKQUEUE ? 0 : -Errno.EINVAL);
        poller.close(0);
    }

    /// The number may be that of another file by the time an event comes.
    @ParameterizedTest
    @EnumSource
    void anEventOfAFileIsToldToWhoHasItsNumberNow(Kevent layout) throws IOException {
        KqueuePoller poller = poller(layout);
        List<String> told = new ArrayList<>();
        assertThat(poller.notes().addFile(5, (what, count) -> told.add("first " + what))).isZero();
        assertThat(sys.asked()).containsExactly("add vnode 5");
        poller.notes().removeFile(5);
        assertThat(sys.asked()).isEqualTo(layout.isEmulated() ? List.of("delete vnode 5") : List.of());
        assertThat(poller.notes().addFile(5, (what, count) -> told.add("second " + what))).isZero();
        sys.tell(new Event(5, Kevent.EVFILT_VNODE, 0, Kevent.NOTE_WRITE, 1));
        sys.tell(new Event(5, Kevent.EVFILT_VNODE, 0, Kevent.NOTE_WRITE | Kevent.NOTE_LINK, 2));
        sys.tell(new Event(6, Kevent.EVFILT_VNODE, 0, Kevent.NOTE_WRITE, 3));
        sys.tell(new Event(5, Kevent.EVFILT_READ, 0, 0, 105));
        assertThat(poller.await(0)).isEqualTo(4);
        assertThat(List.of(poller.noted(0), poller.noted(1), poller.noted(2), poller.noted(3)))
                .containsExactly(true, true, true, false);
        assertThat(told).containsExactly("second " + (Kevent.NOTE_WRITE | Kevent.NOTE_LINK));
        sys.refuse("vnode 7", Errno.EBADF);
        assertThat(poller.notes().addFile(7, (what, count) -> {})).isEqualTo(-Errno.EBADF);
        poller.close(0);
    }
}
