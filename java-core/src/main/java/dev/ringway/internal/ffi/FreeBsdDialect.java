package dev.ringway.internal.ffi;

import static dev.ringway.internal.ffi.generated.Linux.*;

/** FreeBSD 12 and newer, whose {@code struct kevent} and {@code struct stat} are not those of older ones. */
final class FreeBsdDialect extends BsdDialect {

    private static final String ERRNOS =
            """
            EPERM ENOENT ESRCH EINTR EIO ENXIO E2BIG ENOEXEC EBADF ECHILD EDEADLK ENOMEM EACCES EFAULT ENOTBLK EBUSY
            EEXIST EXDEV ENODEV ENOTDIR EISDIR EINVAL ENFILE EMFILE ENOTTY ETXTBSY EFBIG ENOSPC ESPIPE EROFS EMLINK
            EPIPE EDOM ERANGE EAGAIN EINPROGRESS EALREADY ENOTSOCK EDESTADDRREQ EMSGSIZE EPROTOTYPE ENOPROTOOPT
            EPROTONOSUPPORT ESOCKTNOSUPPORT EOPNOTSUPP EPFNOSUPPORT EAFNOSUPPORT EADDRINUSE EADDRNOTAVAIL ENETDOWN
            ENETUNREACH ENETRESET ECONNABORTED ECONNRESET ENOBUFS EISCONN ENOTCONN ESHUTDOWN ETOOMANYREFS ETIMEDOUT
            ECONNREFUSED ELOOP ENAMETOOLONG EHOSTDOWN EHOSTUNREACH ENOTEMPTY EPROCLIM EUSERS EDQUOT ESTALE EREMOTE
            EBADRPC ERPCMISMATCH EPROGUNAVAIL EPROGMISMATCH EPROCUNAVAIL ENOLCK ENOSYS EFTYPE EAUTH ENEEDAUTH EIDRM
            ENOMSG EOVERFLOW ECANCELED EILSEQ ENOATTR EDOOFUS EBADMSG EMULTIHOP ENOLINK EPROTO ENOTCAPABLE ECAPMODE
            ENOTRECOVERABLE EOWNERDEAD EINTEGRITY
            """;

    /**
     * {@code O_SYNC} holds {@code O_DSYNC} on Linux, so that it comes first. What asks for {@code O_PATH} is opened for
     * reading.
     */
    private static final int[] OPEN_FLAGS = {
        O_WRONLY(), 0x1,
        O_RDWR(), 0x2,
        O_SYNC(), 0x80,
        O_DSYNC(), 0x1000000,
        O_NONBLOCK(), 0x4,
        O_APPEND(), 0x8,
        OpenFlags.O_NOFOLLOW, 0x100,
        O_CREAT(), 0x200,
        O_TRUNC(), 0x400,
        O_EXCL(), 0x800,
        O_NOCTTY(), 0x8000,
        OpenFlags.O_DIRECT, 0x10000,
        OpenFlags.O_DIRECTORY, 0x20000,
        O_PATH(), 0,
        O_CLOEXEC(), 0x100000,
    };

    private static final int[] MESSAGE_FLAGS = {MSG_NOSIGNAL(), 0x20000};

    private static final int[] POLL_EVENTS = {POLLRDHUP(), 0x4000};

    /** Linux shares connections out between the listeners of a port, which has an option of its own here. */
    private static final int[] SOCKET_OPTIONS = {
        SO_LINGER(), 0x80,
        SO_PROTOCOL(), 0x1016,
        SO_DOMAIN(), 0x1019,
        SO_REUSEPORT(), 0x10000,
    };

    private static final int[] TCP_OPTIONS = {
        TCP_NODELAY(), 0x1,
        TCP_KEEPIDLE(), 0x100,
        TCP_KEEPINTVL(), 0x200,
        TCP_KEEPCNT(), 0x400,
    };

    private static final int[] WAIT_OPTIONS = {
        WNOHANG(), 0x1,
        WSTOPPED(), 0x2,
        WCONTINUED(), 0x4,
        WNOWAIT(), 0x8,
        WEXITED(), 0x10,
    };

    private static final int[] ID_TYPES = {
        P_PID(), 0,
        P_PGID(), 2,
        P_ALL(), 7,
    };

    FreeBsdDialect() {
        super(ERRNOS, OPEN_FLAGS, MESSAGE_FLAGS, POLL_EVENTS, SOCKET_OPTIONS, TCP_OPTIONS, 28);
    }

    @Override
    int workingDirectory() {
        return -100;
    }

    @Override
    int duplicateCloseOnExec() {
        return 17;
    }

    @Override
    boolean makesFdsWithFlags() {
        return true;
    }

    @Override
    int socketCloseOnExec() {
        return 0x10000000;
    }

    @Override
    int socketNonBlocking() {
        return 0x20000000;
    }

    @Override
    int noSigPipe() {
        return NONE;
    }

    @Override
    Stat stat() {
        return Stat.FREEBSD;
    }

    @Override
    int removeDirectory() {
        return 0x800;
    }

    @Override
    int fullSync() {
        return NONE;
    }

    @Override
    boolean hasFileAdvice() {
        return true;
    }

    @Override
    String fstat() {
        return "fstat";
    }

    @Override
    int waitOptions(int linux) {
        return bits(linux, WAIT_OPTIONS);
    }

    @Override
    int idType(int linux) {
        return number(linux, ID_TYPES);
    }

    @Override
    int exitNotes() {
        return Kevent.NOTE_EXIT;
    }

    @Override
    Kevent kevent() {
        return Kevent.FREEBSD;
    }
}
