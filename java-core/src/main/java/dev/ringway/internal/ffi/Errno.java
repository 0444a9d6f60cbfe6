package dev.ringway.internal.ffi;

import dev.ringway.internal.ffi.generated.Linux;

/**
 * Error numbers of the kernel: constants, names and what they mean.
 *
 * <p>A constant is read from the generated values when the class starts and is no constant expression, since other
 * systems number them differently: compare with {@code ==}, not in a {@code switch}.
 */
public final class Errno {

    public static final int E2BIG = Linux.E2BIG();
    public static final int EACCES = Linux.EACCES();
    public static final int EADDRINUSE = Linux.EADDRINUSE();
    public static final int EADDRNOTAVAIL = Linux.EADDRNOTAVAIL();
    public static final int EAFNOSUPPORT = Linux.EAFNOSUPPORT();
    public static final int EAGAIN = Linux.EAGAIN();
    public static final int EALREADY = Linux.EALREADY();
    public static final int EBADF = Linux.EBADF();
    public static final int EBUSY = Linux.EBUSY();
    public static final int ECANCELED = Linux.ECANCELED();
    public static final int ECHILD = Linux.ECHILD();
    public static final int ECONNABORTED = Linux.ECONNABORTED();
    public static final int ECONNREFUSED = Linux.ECONNREFUSED();
    public static final int ECONNRESET = Linux.ECONNRESET();
    public static final int EDESTADDRREQ = Linux.EDESTADDRREQ();
    public static final int EDQUOT = Linux.EDQUOT();
    public static final int EEXIST = Linux.EEXIST();
    public static final int EFAULT = Linux.EFAULT();
    public static final int EFBIG = Linux.EFBIG();
    public static final int EHOSTDOWN = Linux.EHOSTDOWN();
    public static final int EHOSTUNREACH = Linux.EHOSTUNREACH();
    public static final int EILSEQ = Linux.EILSEQ();
    public static final int EINPROGRESS = Linux.EINPROGRESS();
    public static final int EINTR = Linux.EINTR();
    public static final int EINVAL = Linux.EINVAL();
    public static final int EIO = Linux.EIO();
    public static final int EISCONN = Linux.EISCONN();
    public static final int EISDIR = Linux.EISDIR();
    public static final int ELOOP = Linux.ELOOP();
    public static final int EMFILE = Linux.EMFILE();
    public static final int EMSGSIZE = Linux.EMSGSIZE();
    public static final int ENAMETOOLONG = Linux.ENAMETOOLONG();
    public static final int ENETDOWN = Linux.ENETDOWN();
    public static final int ENETRESET = Linux.ENETRESET();
    public static final int ENETUNREACH = Linux.ENETUNREACH();
    public static final int ENFILE = Linux.ENFILE();
    public static final int ENOBUFS = Linux.ENOBUFS();
    public static final int ENODEV = Linux.ENODEV();
    public static final int ENOENT = Linux.ENOENT();
    public static final int ENOMEM = Linux.ENOMEM();
    public static final int ENOPROTOOPT = Linux.ENOPROTOOPT();
    public static final int ENOSPC = Linux.ENOSPC();
    public static final int ENOSYS = Linux.ENOSYS();
    public static final int ENOTCONN = Linux.ENOTCONN();
    public static final int ENOTDIR = Linux.ENOTDIR();
    public static final int ENOTEMPTY = Linux.ENOTEMPTY();
    public static final int ENOTSOCK = Linux.ENOTSOCK();
    public static final int ENOTSUP = Linux.ENOTSUP();
    public static final int ENXIO = Linux.ENXIO();
    public static final int EOPNOTSUPP = Linux.EOPNOTSUPP();
    public static final int EOVERFLOW = Linux.EOVERFLOW();
    public static final int EPERM = Linux.EPERM();
    public static final int EPIPE = Linux.EPIPE();
    public static final int EPROTO = Linux.EPROTO();
    public static final int EPROTONOSUPPORT = Linux.EPROTONOSUPPORT();
    public static final int EPROTOTYPE = Linux.EPROTOTYPE();
    public static final int EROFS = Linux.EROFS();
    public static final int ESPIPE = Linux.ESPIPE();
    public static final int ESRCH = Linux.ESRCH();
    public static final int ESTALE = Linux.ESTALE();
    public static final int ETIME = Linux.ETIME();
    public static final int ETIMEDOUT = Linux.ETIMEDOUT();
    public static final int ETXTBSY = Linux.ETXTBSY();
    public static final int EXDEV = Linux.EXDEV();

    /** Names by number; "-" where Linux has no such error. */
    private static final String[] NAMES =
            """
            - EPERM ENOENT ESRCH EINTR EIO ENXIO E2BIG ENOEXEC EBADF ECHILD EAGAIN ENOMEM EACCES EFAULT
            ENOTBLK EBUSY EEXIST EXDEV ENODEV ENOTDIR EISDIR EINVAL ENFILE EMFILE ENOTTY ETXTBSY EFBIG
            ENOSPC ESPIPE EROFS EMLINK EPIPE EDOM ERANGE EDEADLK ENAMETOOLONG ENOLCK ENOSYS ENOTEMPTY
            ELOOP - ENOMSG EIDRM ECHRNG EL2NSYNC EL3HLT EL3RST ELNRNG EUNATCH ENOCSI EL2HLT EBADE EBADR
            EXFULL ENOANO EBADRQC EBADSLT - EBFONT ENOSTR ENODATA ETIME ENOSR ENONET ENOPKG EREMOTE
            ENOLINK EADV ESRMNT ECOMM EPROTO EMULTIHOP EDOTDOT EBADMSG EOVERFLOW ENOTUNIQ EBADFD EREMCHG
            ELIBACC ELIBBAD ELIBSCN ELIBMAX ELIBEXEC EILSEQ ERESTART ESTRPIPE EUSERS ENOTSOCK EDESTADDRREQ
            EMSGSIZE EPROTOTYPE ENOPROTOOPT EPROTONOSUPPORT ESOCKTNOSUPPORT EOPNOTSUPP EPFNOSUPPORT
            EAFNOSUPPORT EADDRINUSE EADDRNOTAVAIL ENETDOWN ENETUNREACH ENETRESET ECONNABORTED ECONNRESET
            ENOBUFS EISCONN ENOTCONN ESHUTDOWN ETOOMANYREFS ETIMEDOUT ECONNREFUSED EHOSTDOWN EHOSTUNREACH
            EALREADY EINPROGRESS ESTALE EUCLEAN ENOTNAM ENAVAIL EISNAM EREMOTEIO EDQUOT ENOMEDIUM
            EMEDIUMTYPE ECANCELED ENOKEY EKEYEXPIRED EKEYREVOKED EKEYREJECTED EOWNERDEAD ENOTRECOVERABLE
            ERFKILL EHWPOISON
            """
                    .strip()
                    .split("\\s+", -1);

    private static final String[] MESSAGES = messages();

    private Errno() {}

    /** Returns the name of a positive error number, "ECONNRESET", or "errno 4711" where there is none. */
    public static String name(int errno) {
        return errno > 0 && errno < NAMES.length && !NAMES[errno].equals("-") ? NAMES[errno] : "errno " + errno;
    }

    /** Returns the number of a name, such as "ECONNRESET", or 0 if Linux has no such error. */
    static int number(String name) {
        if (name.equals("ENOTSUP")) {
            return ENOTSUP; // another name for EOPNOTSUPP
        }
        for (int errno = 1; errno < NAMES.length; errno++) {
            if (NAMES[errno].equals(name)) {
                return errno;
            }
        }
        return 0;
    }

    /** Says in a few words what a positive error number means; its name where it needs no words or has none. */
    public static String message(int errno) {
        return errno > 0 && errno < MESSAGES.length && MESSAGES[errno] != null ? MESSAGES[errno] : name(errno);
    }

    private static String[] messages() {
        String[] text = new String[NAMES.length];
        text[E2BIG] = "too many arguments, or too long";
        text[EACCES] = "permission denied";
        text[EADDRINUSE] = "the address is taken";
        text[EADDRNOTAVAIL] = "no such address on this machine, or no free port";
        text[EAFNOSUPPORT] = "the address family is not supported";
        text[EAGAIN] = "nothing to do now, or a limit is reached";
        text[EALREADY] = "already under way";
        text[EBADF] = "not an open file, or not open for this";
        text[EBUSY] = "in use";
        text[ECANCELED] = "cancelled";
        text[ECHILD] = "no such child process";
        text[ECONNABORTED] = "the connection was aborted";
        text[ECONNREFUSED] = "nobody listens there";
        text[ECONNRESET] = "the peer reset the connection";
        text[EDESTADDRREQ] = "no destination address";
        text[EDQUOT] = "the disk quota is used up";
        text[EEXIST] = "exists already";
        text[EFAULT] = "bad memory address";
        text[EFBIG] = "the file would get too large";
        text[EHOSTDOWN] = "the host is down";
        text[EHOSTUNREACH] = "no route to the host";
        text[EILSEQ] = "an invalid sequence of bytes";
        text[EINPROGRESS] = "under way";
        text[EINTR] = "interrupted by a signal";
        text[EINVAL] = "invalid argument";
        text[EIO] = "input/output error";
        text[EISCONN] = "connected already";
        text[EISDIR] = "is a directory";
        text[ELOOP] = "too many symbolic links";
        text[EMFILE] = "this process has too many open files (RLIMIT_NOFILE)";
        text[EMSGSIZE] = "the message is too long";
        text[ENAMETOOLONG] = "the name is too long";
        text[ENETDOWN] = "the network is down";
        text[ENETRESET] = "the network dropped the connection";
        text[ENETUNREACH] = "the network is unreachable";
        text[ENFILE] = "the system has too many open files";
        text[ENOBUFS] = "no buffer space";
        text[ENODEV] = "no such device, or not possible with it";
        text[ENOENT] = "no such file or directory";
        text[ENOMEM] = "out of memory, or over the limit for locked memory (RLIMIT_MEMLOCK)";
        text[ENOPROTOOPT] = "no such socket option";
        text[ENOSPC] = "no space left";
        text[ENOSYS] = "the kernel has no such call";
        text[ENOTCONN] = "not connected";
        text[ENOTDIR] = "not a directory";
        text[ENOTEMPTY] = "the directory is not empty";
        text[ENOTSOCK] = "not a socket";
        text[ENXIO] = "nothing at the other end, or no such device";
        text[EOPNOTSUPP] = "not supported";
        text[EOVERFLOW] = "a value does not fit";
        text[EPERM] = "not permitted";
        text[EPIPE] = "nobody reads the other end";
        text[EPROTO] = "protocol error";
        text[EPROTONOSUPPORT] = "the protocol is not supported";
        text[EPROTOTYPE] = "the wrong type for this socket or protocol";
        text[EROFS] = "the file system is read-only";
        text[ESPIPE] = "has no position to seek";
        text[ESRCH] = "no such process";
        text[ESTALE] = "the file is gone from its server";
        text[ETIME] = "the timer has run out";
        text[ETIMEDOUT] = "no answer in time";
        text[ETXTBSY] = "the program is running";
        text[EXDEV] = "on another file system";
        return text;
    }
}
