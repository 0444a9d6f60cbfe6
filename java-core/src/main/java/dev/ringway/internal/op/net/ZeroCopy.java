package dev.ringway.internal.op.net;

import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.internal.op.Step;
import org.jspecify.annotations.Nullable;

/// The account of a send whose memory the kernel goes on reading after it has told the result.
///
/// 1. A completion with F_MORE is a result, a failure too, and owes a notification: only with that is the memory free.
///    A send that goes on after a short one has one more of both.
/// 2. With the outcome the send is over, and others go on ([Step#OWED]); nothing can be cancelled any more. Its user is
///    told with the last notification.
/// 3. What the protocol cannot do, or the kernel may not (RLIMIT_MEMLOCK), is sent with a copy. Such a round is made
///    again, like an interrupted one, when nothing is owed: a notification never meets an operation that waits for
///    something else.
final class ZeroCopy {
    private boolean refused;
    private boolean again;
    private boolean over;
    private int owed;

    /// Whether the next round is to be one without a copy.
    boolean isWanted() {
        return !refused;
    }

    /// Whether the outcome is known.
    boolean isOver() {
        return over;
    }

    /// It starts anew.
    void renew() {
        again = false;
        over = false;
        owed = 0;
    }

    /// Books a completion.
    ///
    /// @return how it goes on; null if this is a result that the send has to take
    @Nullable Step book(int res, int flags) {
        if ((flags & Linux.IORING_CQE_F_NOTIF()) != 0) {
            owed = Math.max(0, owed - 1);
        } else if (!over) {
            owed += (flags & Linux.IORING_CQE_F_MORE()) != 0 ? 1 : 0;
            again = sendsAgain(res);
            if (!again) {
                return null;
            }
        }
        if (owed > 0) {
            return Step.MORE;
        }
        return over ? Step.RETURNED : again ? Step.AGAIN : Step.MORE;
    }

    private boolean sendsAgain(int res) {
        boolean unable = res == -Errno.EOPNOTSUPP || res == -Errno.ENOMEM || res == -Errno.ENOBUFS
                || res == -Errno.EAGAIN;
        boolean first = unable && !refused;
        refused |= unable;
        return first || res == -Errno.EINTR;
    }

    /// What follows when the send has taken a result.
    Step after(Step step) {
        if (step != Step.DONE) {
            return step;
        }
        over = true;
        return owed > 0 ? Step.OWED : Step.DONE;
    }
}
