package dev.ringway.internal.op.net;

import dev.ringway.ReceiveFlag;
import dev.ringway.SendFlag;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.internal.op.Interest;

/// The kernel's numbers for flags of messages.
final class Flags {
    private Flags() {}

    static int of(ReceiveFlag flag) {
        return switch (flag) {
            case PEEK -> Linux.MSG_PEEK();
            case WAIT_ALL -> Linux.MSG_WAITALL();
            case OOB -> Linux.MSG_OOB();
            case ERR_QUEUE -> Linux.MSG_ERRQUEUE();
            case CMSG_CLOEXEC -> Linux.MSG_CMSG_CLOEXEC();
        };
    }

    static int of(ReceiveFlag[] flags) {
        int bits = 0;
        for (ReceiveFlag flag : flags) {
            bits |= of(flag);
        }
        return bits;
    }

    /// Whether it takes something else than what comes next in its order.
    static boolean takesOther(int received) {
        return (received & (Linux.MSG_OOB() | Linux.MSG_ERRQUEUE())) != 0;
    }

    /// How a receive waits where it is attempted. That a byte out of band is there makes no fd readable; if it has been
    /// announced and has not come, which is the one case that waits, it is asked for again.
    static Interest interest(int received) {
        return (received & Linux.MSG_OOB()) != 0 ? Interest.LATER : Interest.READABLE;
    }

    private static int of(SendFlag flag) {
        return switch (flag) {
            case CONFIRM -> Linux.MSG_CONFIRM();
            case DONT_ROUTE -> Linux.MSG_DONTROUTE();
            case EOR -> Linux.MSG_EOR();
            case MORE -> Linux.MSG_MORE();
            case OOB -> Linux.MSG_OOB();
            case FAST_OPEN -> Linux.MSG_FASTOPEN();
        };
    }

    static int of(SendFlag[] flags) {
        int bits = 0;
        for (SendFlag flag : flags) {
            bits |= of(flag);
        }
        return bits;
    }
}
