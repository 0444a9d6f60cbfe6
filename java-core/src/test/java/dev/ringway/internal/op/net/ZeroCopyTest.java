package dev.ringway.internal.op.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.internal.op.Step;
import org.junit.jupiter.api.Test;

/// What a kernel may say of a send without a copy, in orders that a test cannot have it say them in.
class ZeroCopyTest {
    private static final int OWES = Linux.IORING_CQE_F_MORE();
    private static final int PAYS = Linux.IORING_CQE_F_NOTIF();

    private final ZeroCopy account = new ZeroCopy();

    @Test
    void isOverWithTheResultAndReturnsWithTheNotification() {
        assertThat(account.book(100, OWES)).isNull();
        assertThat(account.after(Step.DONE)).isEqualTo(Step.OWED);
        assertThat(account.isOver()).isTrue();
        assertThat(account.book(0, PAYS)).isEqualTo(Step.RETURNED);
    }

    @Test
    void everyRoundOwesOne() {
        assertThat(account.book(10, OWES)).isNull();
        assertThat(account.after(Step.AGAIN)).isEqualTo(Step.AGAIN);
        assertThat(account.book(10, OWES)).isNull();
        assertThat(account.after(Step.AGAIN)).isEqualTo(Step.AGAIN);
        assertThat(account.book(0, PAYS)).isEqualTo(Step.MORE);
        assertThat(account.book(-Errno.EPIPE, OWES)).isNull();
        assertThat(account.after(Step.DONE)).isEqualTo(Step.OWED);
        assertThat(account.book(0, PAYS)).isEqualTo(Step.MORE);
        assertThat(account.book(0, PAYS)).isEqualTo(Step.RETURNED);
    }

    @Test
    void whatOwesNothingIsDone() {
        assertThat(account.book(10, 0)).isNull();
        assertThat(account.after(Step.DONE)).isEqualTo(Step.DONE);
    }

    @Test
    void whatWasPaidBeforeTheResultIsDoneWithIt() {
        assertThat(account.book(10, OWES)).isNull();
        account.after(Step.AGAIN);
        assertThat(account.book(0, PAYS)).isEqualTo(Step.MORE);
        assertThat(account.book(10, 0)).isNull();
        assertThat(account.after(Step.DONE)).isEqualTo(Step.DONE);
    }

    @Test
    void whatCannotBeDoneIsSentWithACopyWhenNothingIsOwed() {
        for (int errno : new int[] {Errno.EOPNOTSUPP, Errno.ENOMEM, Errno.ENOBUFS, Errno.EAGAIN}) {
            ZeroCopy refused = new ZeroCopy();
            assertThat(refused.isWanted()).isTrue();
            assertThat(refused.book(-errno, OWES)).isEqualTo(Step.MORE);
            assertThat(refused.book(0, PAYS)).isEqualTo(Step.AGAIN);
            assertThat(refused.isWanted()).isFalse();
            assertThat(refused.book(-errno, 0)).as("a send with a copy fails by itself").isNull();
            refused.renew();
            assertThat(refused.isWanted()).as("the socket is the same").isFalse();
        }
    }

    @Test
    void anInterruptedRoundIsMadeAgainWhenNothingIsOwed() {
        assertThat(account.book(10, OWES)).isNull();
        account.after(Step.AGAIN);
        assertThat(account.book(-Errno.EINTR, OWES)).isEqualTo(Step.MORE);
        assertThat(account.book(0, PAYS)).isEqualTo(Step.MORE);
        assertThat(account.book(0, PAYS)).isEqualTo(Step.AGAIN);
        assertThat(account.isWanted()).isTrue();
        assertThat(account.book(-Errno.EINTR, 0)).as("nothing to wait for").isEqualTo(Step.AGAIN);
    }

    @Test
    void aNotificationThatNobodyOwesChangesNothing() {
        assertThat(account.book(0, PAYS)).isEqualTo(Step.MORE);
        assertThat(account.book(10, OWES)).isNull();
        assertThat(account.after(Step.DONE)).isEqualTo(Step.OWED);
    }
}
