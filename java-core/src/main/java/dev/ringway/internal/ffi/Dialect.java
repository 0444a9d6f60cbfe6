package dev.ringway.internal.ffi;

/**
 * How a system numbers and lays out what Linux numbers and lays out in its own way, and what it does without.
 *
 * <p>Everything above {@link Sys} speaks Linux's numbers. {@link BsdSys} translates them on the way in and on the way
 * out, with one of these. What has no counterpart is {@link #NONE}, and a call that needs it is refused with the error
 * that a kernel has for numbers it does not know: a flag that is dropped without a word would be another call.
 */
abstract class Dialect {

    /** No counterpart. */
    static final int NONE = -1;

    /** Added to an error that Linux has no number for, so that it is taken for no other: "errno 1079". */
    static final int FOREIGN = 1000;

    /** The dialect of the C library of this process. */
    static Dialect here() {
        return switch (Platform.os()) {
            case LINUX -> new GnuDialect(false);
            case MACOS -> new MacosDialect();
            case FREEBSD -> new FreeBsdDialect();
            case OTHER -> throw new UnsupportedOperationException(
                    "Ringway runs on Linux, macOS and FreeBSD, and this is " + Platform.describe());
        };
    }

    /** An errno of theirs, as Linux numbers it. */
    abstract int errno(int theirs);

    /** Flags of openat(2) and of {@code F_SETFL}. */
    abstract int openFlags(int linux);

    /** What {@code F_GETFL} says; flags that Linux does not have are left out. */
    abstract int linuxOpenFlags(int theirs);

    /** Flags of recv(2) and send(2). */
    abstract int messageFlags(int linux);

    /** Flags that recvmsg(2) gives back; those that Linux does not have are left out. */
    abstract int linuxMessageFlags(int theirs);

    /** Flags of mmap(2). */
    abstract int mapFlags(int linux);

    /** Advice for madvise(2). */
    abstract int advice(int linux);

    /** Events of poll(2). */
    abstract int pollEvents(int linux);

    /** What poll(2) says; events that Linux does not have are left out. */
    abstract int linuxPollEvents(int theirs);

    /** An address family. */
    abstract int family(int linux);

    /** An address family of theirs; one that Linux does not have stays as it is. */
    abstract int linuxFamily(int theirs);

    /** The level of a socket option. */
    abstract int level(int linux);

    /** A socket option of one of Linux's levels. */
    abstract int option(int linuxLevel, int linux);

    /** {@code AT_FDCWD}. */
    abstract int workingDirectory();

    /** {@code F_DUPFD_CLOEXEC}. */
    abstract int duplicateCloseOnExec();

    /** Whether a socket address begins with its length, in one byte, and the family takes one byte too. */
    abstract boolean addressesHaveLength();

    /**
     * Whether socket(2) and socketpair(2) take flags in the type, and there are accept4(2) and pipe2(2). Elsewhere an
     * fd is born without flags and gets them afterwards, so that a child process that is started in between inherits
     * it.
     */
    abstract boolean makesFdsWithFlags();

    /** {@code SOCK_CLOEXEC}, where there are flags. */
    abstract int socketCloseOnExec();

    /** {@code SOCK_NONBLOCK}, where there are flags. */
    abstract int socketNonBlocking();

    /** The option that keeps SIGPIPE away from a socket, where sends have no flag for it; else {@link #NONE}. */
    abstract int noSigPipe();

    /** How {@code struct stat} lies in memory. */
    abstract Stat stat();

    /** {@code AT_REMOVEDIR}. */
    abstract int removeDirectory();

    /** The fcntl(2) that makes the device write its own cache too, where fsync(2) does not; else {@link #NONE}. */
    abstract int fullSync();

    /** Whether there are posix_fadvise(2) and posix_fallocate(2). */
    abstract boolean hasFileAdvice();

    /** The name of the function that fills {@code struct stat}. */
    abstract String fstat();

    /** Options of waitid(2). */
    abstract int waitOptions(int linux);

    /** What waitid(2) waits for: {@code P_PID} and its kin. */
    abstract int idType(int linux);

    /** A signal. */
    abstract int signal(int linux);

    /** A signal of theirs, as Linux numbers it. */
    abstract int linuxSignal(int theirs);

    /** Where process, user and status lie in {@code siginfo_t}, one after the other. */
    abstract int siginfoPid();

    /** What to ask of {@code EVFILT_PROC}, so that an event's data is how the process has ended. */
    abstract int exitNotes();

    /** How {@code struct kevent} lies in memory. */
    abstract Kevent kevent();

    /** Translates a set of bits by pairs, Linux's and theirs; a bit that no pair has makes it {@link #NONE}. */
    static int bits(int linux, int[] pairs) {
        int left = linux;
        int theirs = 0;
        for (int i = 0; i < pairs.length; i += 2) {
            if ((left & pairs[i]) == pairs[i]) {
                left &= ~pairs[i];
                theirs |= pairs[i + 1];
            }
        }
        return left == 0 ? theirs : NONE;
    }

    /** The other way round; bits that no pair has are left out. */
    static int linuxBits(int theirs, int[] pairs) {
        int linux = 0;
        for (int i = 0; i < pairs.length; i += 2) {
            if (pairs[i + 1] != 0 && (theirs & pairs[i + 1]) == pairs[i + 1]) {
                linux |= pairs[i];
            }
        }
        return linux;
    }

    /** Translates one number by pairs. */
    static int number(int linux, int[] pairs) {
        for (int i = 0; i < pairs.length; i += 2) {
            if (pairs[i] == linux) {
                return pairs[i + 1];
            }
        }
        return NONE;
    }

    /** Linux's numbers by theirs, out of the names of their errors in the order of their numbers, from 1. */
    static int[] errnos(String names) {
        String[] each = names.strip().split("\\s+", -1);
        int[] linux = new int[each.length + 1];
        for (int i = 0; i < each.length; i++) {
            int number = Errno.number(each[i]);
            linux[i + 1] = number > 0 ? number : FOREIGN + i + 1;
        }
        return linux;
    }
}
