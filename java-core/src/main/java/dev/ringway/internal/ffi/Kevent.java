package dev.ringway.internal.ffi;

/**
 * {@code struct kevent}, the numbers in it, and what differs between those who implement kqueue(2).
 *
 * <p>All of them begin alike: ident at 0 in 64 bits, filter at 8 and flags at 10 in 16, fflags at 12 in 32, data at 16
 * and udata at 24 in 64. FreeBSD has 32 more bytes behind that since version 12. See kevent(2).
 */
public enum Kevent {
    /** macOS. */
    MACOS(32, -10, false),
    /** FreeBSD 12 and newer. */
    FREEBSD(64, -11, false),
    /** libkqueue on Linux, which learns of closed fds only when it is told, and takes the errors of sockets. */
    LIBKQUEUE(32, -11, true);

    /** Filter: reading may succeed. */
    public static final int EVFILT_READ = -1;

    /** Filter: writing may succeed. */
    public static final int EVFILT_WRITE = -2;

    /** Filter: a process does something. */
    static final int EVFILT_PROC = -5;

    /** Filter: a signal comes to this process; data is how often since it was told last. */
    public static final int EVFILT_SIGNAL = -6;

    /** Filter: something happens to a file; fflags say what. */
    public static final int EVFILT_VNODE = -4;

    /** Adds, or changes what there is. */
    public static final int EV_ADD = 0x1;

    /** Removes. */
    public static final int EV_DELETE = 0x2;

    /** An event is told once, until something changes again. */
    public static final int EV_CLEAR = 0x20;

    /** Answers a change with an event that has {@link #EV_ERROR}, and 0 as its data if it was made. */
    public static final int EV_RECEIPT = 0x40;

    /** The answer to a change: data is 0 or an errno. */
    public static final int EV_ERROR = 0x4000;

    /** The other side has ended; fflags may hold the errno of a socket. */
    public static final int EV_EOF = 0x8000;

    /** With {@link #user}: makes the event happen. */
    public static final int NOTE_TRIGGER = 0x1000000;

    /** With {@link #EVFILT_PROC}: it ends; data is how. */
    static final int NOTE_EXIT = 0x80000000;

    /** With {@link #EVFILT_VNODE}: a name of the file was removed. */
    public static final int NOTE_DELETE = 0x1;

    /** With {@link #EVFILT_VNODE}: something was written, or a directory has changed. */
    public static final int NOTE_WRITE = 0x2;

    /** With {@link #EVFILT_VNODE}: the file has grown. */
    public static final int NOTE_EXTEND = 0x4;

    /** With {@link #EVFILT_VNODE}: permissions, times or owners have changed. */
    public static final int NOTE_ATTRIB = 0x8;

    /** With {@link #EVFILT_VNODE}: the number of names has changed. */
    public static final int NOTE_LINK = 0x10;

    /** With {@link #EVFILT_VNODE}: the file was renamed. */
    public static final int NOTE_RENAME = 0x20;

    /** With {@link #EVFILT_VNODE}: access was taken away, or the file system unmounted. */
    public static final int NOTE_REVOKE = 0x40;

    private static final int FILTER = 8;
    private static final int FLAGS = 10;
    private static final int FFLAGS = 12;
    private static final int DATA = 16;
    private static final int UDATA = 24;

    private final int bytes;
    private final int user;
    private final boolean emulated;

    Kevent(int bytes, int user, boolean emulated) {
        this.bytes = bytes;
        this.user = user;
        this.emulated = emulated;
    }

    /** The size of one, and the distance between two in an array. */
    public int bytes() {
        return bytes;
    }

    /** {@code EVFILT_USER}: an event that threads of the process make happen. */
    public int user() {
        return user;
    }

    /**
     * Whether it is a library over another interface. Such a one keeps what it knows about an fd that was closed, and
     * finds out the error of a socket by taking it, so that the socket itself does not tell it any more.
     */
    public boolean isEmulated() {
        return emulated;
    }

    /** A signal of Linux's, as the system numbers it; -1 if it has none such. */
    public int signal(int linux) {
        return emulated ? linux : BsdDialect.number(linux, BsdDialect.SIGNALS);
    }

    /** Writes a whole one to {@code address}. */
    public void put(long address, long ident, int filter, int flags, int fflags, long udata) {
        Memory.putLong(address, ident);
        Memory.putShort(address + FILTER, (short) filter);
        Memory.putShort(address + FLAGS, (short) flags);
        Memory.putInt(address + FFLAGS, fflags);
        Memory.putLong(address + DATA, 0);
        Memory.putLong(address + UDATA, udata);
        for (int at = UDATA + Long.BYTES; at < bytes; at += Long.BYTES) {
            Memory.putLong(address + at, 0);
        }
    }

    /** The fd. */
    public static int fd(long address) {
        return (int) Memory.getLong(address);
    }

    /** The filter. */
    public static int filter(long address) {
        return Memory.getShort(address + FILTER);
    }

    /** The {@code EV_*} bits. */
    public static int flags(long address) {
        return Short.toUnsignedInt(Memory.getShort(address + FLAGS));
    }

    /** What the filter says; with {@link #EV_EOF} the errno of a socket, or 0. */
    public static int fflags(long address) {
        return Memory.getInt(address + FFLAGS);
    }

    /** How many bytes there are, or with {@link #EV_ERROR} the errno. */
    public static int data(long address) {
        return (int) Memory.getLong(address + DATA);
    }

    /** Puts an errno of Linux's into an event that holds one of the system's. */
    static void putData(long address, int errno) {
        Memory.putLong(address + DATA, errno);
    }

    /** Puts an errno of Linux's into an event that holds one of the system's. */
    static void putFflags(long address, int errno) {
        Memory.putInt(address + FFLAGS, errno);
    }

    /** What the event was registered with. */
    public static long udata(long address) {
        return Memory.getLong(address + UDATA);
    }
}
