package dev.ringway.internal.ffi;

import static dev.ringway.internal.ffi.generated.Linux.*;

/** macOS on both of its architectures. */
final class MacosDialect extends BsdDialect {

    private static final String ERRNOS =
            """
            EPERM ENOENT ESRCH EINTR EIO ENXIO E2BIG ENOEXEC EBADF ECHILD EDEADLK ENOMEM EACCES EFAULT ENOTBLK EBUSY
            EEXIST EXDEV ENODEV ENOTDIR EISDIR EINVAL ENFILE EMFILE ENOTTY ETXTBSY EFBIG ENOSPC ESPIPE EROFS EMLINK
            EPIPE EDOM ERANGE EAGAIN EINPROGRESS EALREADY ENOTSOCK EDESTADDRREQ EMSGSIZE EPROTOTYPE ENOPROTOOPT
            EPROTONOSUPPORT ESOCKTNOSUPPORT ENOTSUP EPFNOSUPPORT EAFNOSUPPORT EADDRINUSE EADDRNOTAVAIL ENETDOWN
            ENETUNREACH ENETRESET ECONNABORTED ECONNRESET ENOBUFS EISCONN ENOTCONN ESHUTDOWN ETOOMANYREFS ETIMEDOUT
            ECONNREFUSED ELOOP ENAMETOOLONG EHOSTDOWN EHOSTUNREACH ENOTEMPTY EPROCLIM EUSERS EDQUOT ESTALE EREMOTE
            EBADRPC ERPCMISMATCH EPROGUNAVAIL EPROGMISMATCH EPROCUNAVAIL ENOLCK ENOSYS EFTYPE EAUTH ENEEDAUTH EPWROFF
            EDEVERR EOVERFLOW EBADEXEC EBADARCH ESHLIBVERS EBADMACHO ECANCELED EIDRM ENOMSG EILSEQ ENOATTR EBADMSG
            EMULTIHOP ENODATA ENOLINK ENOSR ENOSTR EPROTO ETIME EOPNOTSUPP ENOPOLICY ENOTRECOVERABLE EOWNERDEAD EQFULL
            """;

    /** {@code O_SYNC} holds {@code O_DSYNC} on Linux, so that it comes first. {@code O_PATH} is {@code O_EVTONLY}. */
    private static final int[] OPEN_FLAGS = {
        O_WRONLY(), 0x1,
        O_RDWR(), 0x2,
        O_SYNC(), 0x80,
        O_DSYNC(), 0x400000,
        O_NONBLOCK(), 0x4,
        O_APPEND(), 0x8,
        OpenFlags.O_NOFOLLOW, 0x100,
        O_CREAT(), 0x200,
        O_TRUNC(), 0x400,
        O_EXCL(), 0x800,
        O_NOCTTY(), 0x20000,
        OpenFlags.O_DIRECTORY, 0x100000,
        O_PATH(), 0x8000,
        O_CLOEXEC(), 0x1000000,
    };

    /** {@code SO_NOSIGPIPE} does it for all sends of a socket. */
    private static final int[] MESSAGE_FLAGS = {MSG_NOSIGNAL(), 0};

    private static final int[] POLL_EVENTS = {};

    /** Lingering in seconds has an option of its own: the common one counts ticks of the clock. */
    private static final int[] SOCKET_OPTIONS = {
        SO_REUSEPORT(), 0x200,
        SO_LINGER(), 0x1080,
    };

    private static final int[] TCP_OPTIONS = {
        TCP_NODELAY(), 0x1,
        TCP_KEEPIDLE(), 0x10,
        TCP_KEEPINTVL(), 0x101,
        TCP_KEEPCNT(), 0x102,
    };

    private static final int[] WAIT_OPTIONS = {
        WNOHANG(), 0x1,
        WEXITED(), 0x4,
        WSTOPPED(), 0x8,
        WCONTINUED(), 0x10,
        WNOWAIT(), 0x20,
    };

    MacosDialect() {
        super(ERRNOS, OPEN_FLAGS, MESSAGE_FLAGS, POLL_EVENTS, SOCKET_OPTIONS, TCP_OPTIONS, 30);
    }

    @Override
    int workingDirectory() {
        return -2;
    }

    @Override
    int duplicateCloseOnExec() {
        return 67;
    }

    @Override
    boolean makesFdsWithFlags() {
        return false;
    }

    @Override
    int socketCloseOnExec() {
        return NONE;
    }

    @Override
    int socketNonBlocking() {
        return NONE;
    }

    @Override
    int noSigPipe() {
        return 0x1022;
    }

    @Override
    Stat stat() {
        return Stat.MACOS;
    }

    @Override
    int removeDirectory() {
        return 0x80;
    }

    @Override
    int fullSync() {
        return 51;
    }

    @Override
    boolean hasFileAdvice() {
        return false;
    }

    /** The plain name is that of the structure with 32-bit inode numbers where there has ever been one. */
    @Override
    String fstat() {
        return Platform.architecture() == Platform.Architecture.X86_64 ? "fstat$INODE64" : "fstat";
    }

    @Override
    int waitOptions(int linux) {
        return bits(linux, WAIT_OPTIONS);
    }

    @Override
    int idType(int linux) {
        return linux == P_PIDFD() ? NONE : linux;
    }

    /** The status has to be asked for. */
    @Override
    int exitNotes() {
        return Kevent.NOTE_EXIT | 0x04000000;
    }

    @Override
    Kevent kevent() {
        return Kevent.MACOS;
    }
}
