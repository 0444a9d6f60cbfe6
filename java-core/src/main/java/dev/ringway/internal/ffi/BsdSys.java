package dev.ringway.internal.ffi;

import static dev.ringway.internal.ffi.generated.Linux.*;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/**
 * The C library of macOS and FreeBSD, called by name: these systems promise no numbers of system calls.
 *
 * <p><b>Linux's numbers</b> come in and go out, as {@link Sys} has it; a {@link Dialect} translates. What it has no
 * word for is refused as a kernel would: -EINVAL for a flag, -ENOPROTOOPT for an option, -EAFNOSUPPORT for a family,
 * and -ENOSYS for calls that only Linux has. Socket addresses are translated in a copy on the way in, since the caller
 * may use them again, and in place on the way out.
 *
 * <p><b>Without flags.</b> Where fds are born without flags (macOS), they get them right after: close-on-exec,
 * non-blocking, no SIGPIPE. If that fails the fd is closed again.
 *
 * <p>It also runs on Linux, over glibc, which is how it is tested there.
 */
public final class BsdSys implements Sys {

    private static final @Nullable MethodHandle READ = LibcFunction.find("read", "lill");
    private static final @Nullable MethodHandle WRITE = LibcFunction.find("write", "lill");
    private static final @Nullable MethodHandle PREAD = LibcFunction.find("pread", "lilll");
    private static final @Nullable MethodHandle PWRITE = LibcFunction.find("pwrite", "lilll");
    private static final @Nullable MethodHandle READV = LibcFunction.find("readv", "lili");
    private static final @Nullable MethodHandle WRITEV = LibcFunction.find("writev", "lili");
    private static final @Nullable MethodHandle PREADV = LibcFunction.find("preadv", "lilil");
    private static final @Nullable MethodHandle PWRITEV = LibcFunction.find("pwritev", "lilil");
    private static final @Nullable MethodHandle LSEEK = LibcFunction.find("lseek", "lili");
    private static final @Nullable MethodHandle FSYNC = LibcFunction.find("fsync", "ii");
    private static final @Nullable MethodHandle FDATASYNC = LibcFunction.find("fdatasync", "ii");
    private static final @Nullable MethodHandle FTRUNCATE = LibcFunction.find("ftruncate", "iil");
    private static final @Nullable MethodHandle FALLOCATE = LibcFunction.find("posix_fallocate", "iill");
    private static final @Nullable MethodHandle FADVISE = LibcFunction.find("posix_fadvise", "iilli");
    private static final @Nullable MethodHandle MKDIRAT = LibcFunction.find("mkdirat", "iili");
    private static final @Nullable MethodHandle UNLINKAT = LibcFunction.find("unlinkat", "iili");
    private static final @Nullable MethodHandle RENAMEAT = LibcFunction.find("renameat", "iilil");
    private static final @Nullable MethodHandle OPENAT = LibcFunction.find("openat", "iili.i");
    private static final @Nullable MethodHandle CLOSE = LibcFunction.find("close", "ii");
    private static final @Nullable MethodHandle FCNTL = LibcFunction.find("fcntl", "iii.l");
    private static final @Nullable MethodHandle POLL = LibcFunction.find("poll", "illi");
    private static final @Nullable MethodHandle PIPE = LibcFunction.find("pipe", "il");
    private static final @Nullable MethodHandle PIPE2 = LibcFunction.find("pipe2", "ili");
    private static final @Nullable MethodHandle MMAP = LibcFunction.find("mmap", "llliiil");
    private static final @Nullable MethodHandle MUNMAP = LibcFunction.find("munmap", "ill");
    private static final @Nullable MethodHandle MADVISE = LibcFunction.find("madvise", "illi");
    private static final @Nullable MethodHandle SOCKET = LibcFunction.find("socket", "iiii");
    private static final @Nullable MethodHandle SOCKETPAIR = LibcFunction.find("socketpair", "iiiil");
    private static final @Nullable MethodHandle BIND = LibcFunction.find("bind", "iili");
    private static final @Nullable MethodHandle LISTEN = LibcFunction.find("listen", "iii");
    private static final @Nullable MethodHandle ACCEPT = LibcFunction.find("accept", "iill");
    private static final @Nullable MethodHandle ACCEPT4 = LibcFunction.find("accept4", "iilli");
    private static final @Nullable MethodHandle CONNECT = LibcFunction.find("connect", "iili");
    private static final @Nullable MethodHandle RECV = LibcFunction.find("recv", "lilli");
    private static final @Nullable MethodHandle RECVMSG = LibcFunction.find("recvmsg", "lili");
    private static final @Nullable MethodHandle SENDMSG = LibcFunction.find("sendmsg", "lili");
    private static final @Nullable MethodHandle SEND = LibcFunction.find("send", "lilli");
    private static final @Nullable MethodHandle SHUTDOWN = LibcFunction.find("shutdown", "iii");
    private static final @Nullable MethodHandle GETSOCKNAME = LibcFunction.find("getsockname", "iill");
    private static final @Nullable MethodHandle GETPEERNAME = LibcFunction.find("getpeername", "iill");
    private static final @Nullable MethodHandle GETSOCKOPT = LibcFunction.find("getsockopt", "iiiill");
    private static final @Nullable MethodHandle SETSOCKOPT = LibcFunction.find("setsockopt", "iiiili");

    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

    private final Dialect dialect;
    private final @Nullable MethodHandle fstat;
    private final BsdProcesses processes;

    /** @throws UnsupportedOperationException if this is no system that Ringway knows */
    public BsdSys() {
        this(Dialect.here());
    }

    BsdSys(Dialect dialect) {
        this.dialect = dialect;
        this.fstat = LibcFunction.find(dialect.fstat(), "iil");
        this.processes = new BsdProcesses(this, dialect);
    }

    /** Returns one for Linux that does without what macOS does not have, for tests of the ways round. */
    public static BsdSys asOnMacos() {
        Platform.requireLinux();
        return new BsdSys(new GnuDialect(true));
    }

    /** Returns how {@link #kevent} has its events. */
    public Kevent layout() {
        return dialect.kevent();
    }

    // ---- the call

    private long call(@Nullable MethodHandle function, long a, long b, long c, long d, long e, long f) {
        if (function == null) {
            return -Errno.ENOSYS;
        }
        Scratch scratch = SCRATCH.get();
        scratch.calls++;
        long result;
        try {
            result = (long) function.invokeExact(scratch.captured, a, b, c, d, e, f);
        } catch (Error error) {
            throw error;
        } catch (Throwable impossible) {
            throw new AssertionError("a function of C throws nothing", impossible);
        }
        return result == -1 ? -dialect.errno(Memory.getInt(scratch.errno)) : result;
    }

    private int call(@Nullable MethodHandle function, long a, long b, long c, long d, long e) {
        return (int) call(function, a, b, c, d, e, 0);
    }

    int call(@Nullable MethodHandle function, long a, long b, long c, long d) {
        return (int) call(function, a, b, c, d, 0, 0);
    }

    int call(@Nullable MethodHandle function, long a, long b, long c) {
        return (int) call(function, a, b, c, 0, 0, 0);
    }

    int call(@Nullable MethodHandle function, long a, long b) {
        return (int) call(function, a, b, 0, 0, 0, 0);
    }

    private int call(@Nullable MethodHandle function, long a) {
        return (int) call(function, a, 0, 0, 0, 0, 0);
    }

    // ---- io_uring and epoll: Linux's own

    @Override
    public int ioUringSetup(int entries, long params) {
        return -Errno.ENOSYS;
    }

    @Override
    public int ioUringEnter(int fd, int toSubmit, int minComplete, int flags, long argument, long argumentBytes) {
        return -Errno.ENOSYS;
    }

    @Override
    public int ioUringRegister(int fd, int opcode, long argument, int count) {
        return -Errno.ENOSYS;
    }

    @Override
    public int epollCreate() {
        return -Errno.ENOSYS;
    }

    @Override
    public int epollCtl(int epoll, int operation, int fd, long event) {
        return -Errno.ENOSYS;
    }

    @Override
    public int epollWait(int epoll, long events, int maxEvents, long timeoutNanos) {
        return -Errno.ENOSYS;
    }

    @Override
    public int eventfd(int initial, int flags) {
        return -Errno.ENOSYS;
    }

    // ---- memory

    @Override
    public long mmap(long length, int protection, int flags, int fd, long offset) {
        int theirs = dialect.mapFlags(flags);
        return theirs == Dialect.NONE ? -Errno.EINVAL : call(MMAP, 0, length, protection, theirs, fd, offset);
    }

    @Override
    public int munmap(long address, long length) {
        return call(MUNMAP, address, length);
    }

    @Override
    public int madvise(long address, long length, int advice) {
        int theirs = dialect.advice(advice);
        return theirs == Dialect.NONE ? -Errno.EINVAL : call(MADVISE, address, length, theirs);
    }

    // ---- kqueue

    @Override
    public int kqueue() {
        int fd = call(Kqueue.KQUEUE, 0);
        return fd < 0 ? fd : withFlags(fd, true, false, false);
    }

    @Override
    public int kevent(int kqueue, long changes, int changeCount, long events, int maxEvents, long timeoutNanos) {
        long timespec = 0;
        if (timeoutNanos >= 0) {
            timespec = SCRATCH.get().timespec;
            Memory.putLong(timespec + TIMESPEC_SEC(), timeoutNanos / NANOS_PER_SECOND);
            Memory.putLong(timespec + TIMESPEC_NSEC(), timeoutNanos % NANOS_PER_SECOND);
        }
        int count = (int) call(Kqueue.KEVENT, kqueue, changes, changeCount, events, maxEvents, timespec);
        for (int i = 0; i < count; i++) {
            translate(events + (long) i * dialect.kevent().bytes());
        }
        return count;
    }

    private void translate(long event) {
        int flags = Kevent.flags(event);
        if ((flags & Kevent.EV_ERROR) != 0 && Kevent.data(event) != 0) {
            Kevent.putData(event, dialect.errno(Kevent.data(event)));
        } else if ((flags & Kevent.EV_EOF) != 0 && Kevent.fflags(event) != 0) {
            Kevent.putFflags(event, dialect.errno(Kevent.fflags(event)));
        }
    }

    // ---- files

    @Override
    public int poll(int fd, int events) {
        int theirs = dialect.pollEvents(events);
        if (theirs == Dialect.NONE) {
            return -Errno.EINVAL;
        }
        long pollfd = SCRATCH.get().pollfd;
        Memory.putInt(pollfd + POLLFD_FD(), fd);
        Memory.putShort(pollfd + POLLFD_EVENTS(), (short) theirs);
        Memory.putShort(pollfd + POLLFD_REVENTS(), (short) 0);
        int result = call(POLL, pollfd, 1, 0);
        return result < 0
                ? result
                : dialect.linuxPollEvents(Short.toUnsignedInt(Memory.getShort(pollfd + POLLFD_REVENTS())));
    }

    @Override
    public int read(int fd, long address, int length) {
        return call(READ, fd, address, length);
    }

    @Override
    public int write(int fd, long address, int length) {
        return call(WRITE, fd, address, length);
    }

    @Override
    public int pread(int fd, long address, int length, long offset) {
        return call(PREAD, fd, address, length, offset);
    }

    @Override
    public int pwrite(int fd, long address, int length, long offset) {
        return call(PWRITE, fd, address, length, offset);
    }

    @Override
    public int readv(int fd, long iovecs, int count) {
        return call(READV, fd, iovecs, count);
    }

    @Override
    public int writev(int fd, long iovecs, int count) {
        return call(WRITEV, fd, iovecs, count);
    }

    @Override
    public int preadv(int fd, long iovecs, int count, long offset) {
        return call(PREADV, fd, iovecs, count, offset);
    }

    @Override
    public int pwritev(int fd, long iovecs, int count, long offset) {
        return call(PWRITEV, fd, iovecs, count, offset);
    }

    /** Flags are Linux's own: with any it says what Linux says of a file that cannot do it. */
    @Override
    public int preadv2(int fd, long iovecs, int count, long offset, int flags) {
        if (flags != 0) {
            return -Errno.EOPNOTSUPP;
        }
        return offset == -1 ? readv(fd, iovecs, count) : preadv(fd, iovecs, count, offset);
    }

    @Override
    public int pwritev2(int fd, long iovecs, int count, long offset, int flags) {
        if (flags != 0) {
            return -Errno.EOPNOTSUPP;
        }
        return offset == -1 ? writev(fd, iovecs, count) : pwritev(fd, iovecs, count, offset);
    }

    /** Linux's own. */
    @Override
    public int splice(int in, long from, int out, long at, int length, int flags) {
        return -Errno.ENOSYS;
    }

    /** The three ways to count have the same numbers everywhere. */
    @Override
    public long lseek(int fd, long offset, int whence) {
        return call(LSEEK, fd, offset, whence, 0, 0, 0);
    }

    /** On macOS fsync(2) leaves the bytes in the device's own cache; a file system without the other call has it. */
    @Override
    public int fsync(int fd) {
        if (dialect.fullSync() != Dialect.NONE) {
            int result = call(FCNTL, fd, dialect.fullSync(), 0);
            if (result != -Errno.EOPNOTSUPP && result != -Errno.EINVAL) {
                return result;
            }
        }
        return call(FSYNC, fd);
    }

    @Override
    public int fdatasync(int fd) {
        return dialect.fullSync() != Dialect.NONE || FDATASYNC == null ? fsync(fd) : call(FDATASYNC, fd);
    }

    @Override
    public int ftruncate(int fd, long length) {
        return call(FTRUNCATE, fd, length);
    }

    /** Modes are Linux's own. */
    @Override
    public int fallocate(int fd, int mode, long offset, long length) {
        return mode != 0 || !dialect.hasFileAdvice()
                ? -Errno.EOPNOTSUPP
                : returned(call(FALLOCATE, fd, offset, length));
    }

    @Override
    public int fadvise(int fd, long offset, long length, int advice) {
        return dialect.hasFileAdvice() ? returned(call(FADVISE, fd, offset, length, advice)) : -Errno.EOPNOTSUPP;
    }

    /** Calls of POSIX that begin with its name return the error, and leave errno alone. */
    private int returned(int result) {
        return result > 0 ? -dialect.errno(result) : result;
    }

    @Override
    public int mkdirat(int directory, long path, int mode) {
        return call(MKDIRAT, from(directory), path, mode);
    }

    @Override
    public int unlinkat(int directory, long path, int flags) {
        int theirs = flags == 0 ? 0 : flags == AT_REMOVEDIR() ? dialect.removeDirectory() : Dialect.NONE;
        return theirs == Dialect.NONE ? -Errno.EINVAL : call(UNLINKAT, from(directory), path, theirs);
    }

    @Override
    public int renameat(int fromDirectory, long from, int toDirectory, long to) {
        return call(RENAMEAT, from(fromDirectory), from, from(toDirectory), to);
    }

    /** A file without a name is Linux's own. */
    @Override
    public int openat(int directory, long path, int flags, int mode) {
        int theirs = dialect.openFlags(flags);
        if (theirs == Dialect.NONE) {
            return (flags & OpenFlags.O_TMPFILE) == OpenFlags.O_TMPFILE ? -Errno.EOPNOTSUPP : -Errno.EINVAL;
        }
        return call(OPENAT, from(directory), path, theirs, mode);
    }

    private int from(int directory) {
        return directory == AT_FDCWD() ? dialect.workingDirectory() : directory;
    }

    @Override
    public int close(int fd) {
        return call(CLOSE, fd);
    }

    @Override
    public int pipe2(long fds, int flags) {
        if ((flags & ~(O_CLOEXEC() | O_NONBLOCK())) != 0) {
            return -Errno.EINVAL; // packets are Linux's
        }
        if (dialect.makesFdsWithFlags()) {
            return call(PIPE2, fds, dialect.openFlags(flags));
        }
        int result = call(PIPE, fds);
        return result < 0
                ? result
                : bothWithFlags(fds, (flags & O_CLOEXEC()) != 0, (flags & O_NONBLOCK()) != 0, false);
    }

    @Override
    public int dup(int fd) {
        return call(FCNTL, fd, dialect.duplicateCloseOnExec(), 0);
    }

    @Override
    public int statx(int directory, long path, int flags, int mask, long statx) {
        if ((flags & AT_EMPTY_PATH()) == 0 || Memory.getByte(path) != 0) {
            return -Errno.ENOSYS;
        }
        long stat = SCRATCH.get().stat;
        int result = call(fstat, directory, stat);
        if (result >= 0) {
            dialect.stat().translate(stat, statx);
        }
        return result;
    }

    @Override
    public int fileMode(int fd) {
        long stat = SCRATCH.get().stat;
        int result = call(fstat, fd, stat);
        return result < 0 ? result : Short.toUnsignedInt(Memory.getShort(stat + dialect.stat().mode()));
    }

    @Override
    public int inotifyInit(int flags) {
        return -Errno.ENOSYS;
    }

    @Override
    public int inotifyAddWatch(int fd, long path, int mask) {
        return -Errno.ENOSYS;
    }

    @Override
    public int inotifyRmWatch(int fd, int watch) {
        return -Errno.ENOSYS;
    }

    @Override
    public int fcntl(int fd, int command, long argument) {
        if (command == F_GETFD() || command == F_SETFD()) {
            return call(FCNTL, fd, command, argument);
        }
        if (command == F_GETFL()) {
            int flags = call(FCNTL, fd, command, 0);
            return flags < 0 ? flags : dialect.linuxOpenFlags(flags);
        }
        if (command == F_SETFL()) {
            int theirs = dialect.openFlags((int) argument);
            return theirs == Dialect.NONE ? -Errno.EINVAL : call(FCNTL, fd, command, theirs);
        }
        return command == F_DUPFD_CLOEXEC()
                ? call(FCNTL, fd, dialect.duplicateCloseOnExec(), argument)
                : -Errno.EINVAL;
    }

    // ---- fds that are born without flags

    private int withFlags(int fd, boolean closeOnExec, boolean nonBlocking, boolean socket) {
        int result = closeOnExec ? fcntl(fd, F_SETFD(), FD_CLOEXEC()) : 0;
        if (result >= 0) {
            result = nonBlocking ? setNonBlocking(fd) : 0;
        }
        if (result >= 0 && socket && dialect.noSigPipe() != Dialect.NONE) {
            long one = SCRATCH.get().address;
            Memory.putInt(one, 1);
            result = call(SETSOCKOPT, fd, dialect.level(SOL_SOCKET()), dialect.noSigPipe(), one, Integer.BYTES);
        }
        if (result < 0) {
            close(fd);
            return result;
        }
        return fd;
    }

    private int setNonBlocking(int fd) {
        int flags = fcntl(fd, F_GETFL(), 0);
        return flags < 0 ? flags : fcntl(fd, F_SETFL(), flags | O_NONBLOCK());
    }

    private int bothWithFlags(long fds, boolean closeOnExec, boolean nonBlocking, boolean socket) {
        int first = Memory.getInt(fds);
        int second = Memory.getInt(fds + Integer.BYTES);
        int result = withFlags(first, closeOnExec, nonBlocking, socket);
        if (result < 0) {
            close(second);
            return result;
        }
        result = withFlags(second, closeOnExec, nonBlocking, socket);
        if (result < 0) {
            close(first);
            return result;
        }
        return 0;
    }

    // ---- sockets

    /** The type with flags that this system knows; without flags the type alone. */
    private int type(int type) {
        int flags = type & (SOCK_CLOEXEC() | SOCK_NONBLOCK());
        return (type & ~flags)
                | ((flags & SOCK_CLOEXEC()) != 0 ? dialect.socketCloseOnExec() : 0)
                | ((flags & SOCK_NONBLOCK()) != 0 ? dialect.socketNonBlocking() : 0);
    }

    private static int bare(int type) {
        return type & ~(SOCK_CLOEXEC() | SOCK_NONBLOCK());
    }

    @Override
    public int socket(int domain, int type, int protocol) {
        int family = dialect.family(domain);
        if (family == Dialect.NONE) {
            return -Errno.EAFNOSUPPORT;
        }
        if (dialect.makesFdsWithFlags()) {
            return call(SOCKET, family, type(type), protocol);
        }
        int fd = call(SOCKET, family, bare(type), protocol);
        return fd < 0 ? fd : withFlags(fd, (type & SOCK_CLOEXEC()) != 0, (type & SOCK_NONBLOCK()) != 0, true);
    }

    @Override
    public int socketpair(int domain, int type, int protocol, long fds) {
        int family = dialect.family(domain);
        if (family == Dialect.NONE) {
            return -Errno.EAFNOSUPPORT;
        }
        if (dialect.makesFdsWithFlags()) {
            return call(SOCKETPAIR, family, type(type), protocol, fds);
        }
        int result = call(SOCKETPAIR, family, bare(type), protocol, fds);
        return result < 0
                ? result
                : bothWithFlags(fds, (type & SOCK_CLOEXEC()) != 0, (type & SOCK_NONBLOCK()) != 0, true);
    }

    @Override
    public int bind(int fd, long address, int length) {
        return withAddress(BIND, fd, address, length);
    }

    @Override
    public int connect(int fd, long address, int length) {
        return withAddress(CONNECT, fd, address, length);
    }

    private int withAddress(@Nullable MethodHandle function, int fd, long address, int length) {
        if (!dialect.addressesHaveLength() || length < Short.BYTES) {
            return call(function, fd, address, length);
        }
        if (length > Sockaddr.BYTES) {
            return -Errno.EINVAL;
        }
        long copy = SCRATCH.get().address;
        int result = theirAddress(dialect, address, length, copy);
        return result < 0 ? result : call(function, fd, copy, length);
    }

    /** Copies an address and gives the copy a length and a family in one byte each. */
    static int theirAddress(Dialect dialect, long address, int length, long copy) {
        int family = dialect.family(Short.toUnsignedInt(Memory.getShort(address)));
        if (family == Dialect.NONE) {
            return -Errno.EAFNOSUPPORT;
        }
        Memory.copy(address, copy, length);
        Memory.putByte(copy, (byte) length);
        Memory.putByte(copy + 1, (byte) family);
        return 0;
    }

    /** Gives an address a family in two bytes, in place. */
    static void linuxAddress(Dialect dialect, long address) {
        Memory.putShort(address, (short) dialect.linuxFamily(Byte.toUnsignedInt(Memory.getByte(address + 1))));
    }

    @Override
    public int listen(int fd, int backlog) {
        return call(LISTEN, fd, backlog);
    }

    /** An accepted socket has the flags of its listener where there is no accept4(2), so all of them are set. */
    @Override
    public int accept4(int fd, long address, long lengthAddress, int flags) {
        int accepted;
        if (dialect.makesFdsWithFlags()) {
            accepted = call(ACCEPT4, fd, address, lengthAddress, type(flags));
        } else {
            accepted = call(ACCEPT, fd, address, lengthAddress);
            if (accepted >= 0) {
                int cleared = fcntl(accepted, F_SETFL(), 0);
                if (cleared < 0) {
                    close(accepted);
                    return cleared;
                }
                accepted = withFlags(
                        accepted, (flags & SOCK_CLOEXEC()) != 0, (flags & SOCK_NONBLOCK()) != 0, true);
            }
        }
        if (accepted >= 0) {
            received(address, lengthAddress);
        }
        return accepted;
    }

    private void received(long address, long lengthAddress) {
        if (dialect.addressesHaveLength() && address != 0 && Memory.getInt(lengthAddress) >= Short.BYTES) {
            linuxAddress(dialect, address);
        }
    }

    @Override
    public int getsockname(int fd, long address, long lengthAddress) {
        int result = call(GETSOCKNAME, fd, address, lengthAddress);
        if (result >= 0) {
            received(address, lengthAddress);
        }
        return result;
    }

    @Override
    public int getpeername(int fd, long address, long lengthAddress) {
        int result = call(GETPEERNAME, fd, address, lengthAddress);
        if (result >= 0) {
            received(address, lengthAddress);
        }
        return result;
    }

    @Override
    public int recv(int fd, long address, int length, int flags) {
        int theirs = dialect.messageFlags(flags);
        return theirs == Dialect.NONE ? -Errno.EINVAL : call(RECV, fd, address, length, theirs);
    }

    @Override
    public int send(int fd, long address, int length, int flags) {
        int theirs = dialect.messageFlags(flags);
        return theirs == Dialect.NONE ? -Errno.EINVAL : call(SEND, fd, address, length, theirs);
    }

    @Override
    public int recvmsg(int fd, long message, int flags) {
        int theirs = dialect.messageFlags(flags);
        if (theirs == Dialect.NONE) {
            return -Errno.EINVAL;
        }
        if (!dialect.addressesHaveLength()) {
            return call(RECVMSG, fd, message, theirs);
        }
        long copy = SCRATCH.get().message;
        Msghdr.copy(message, Memory.getLong(message + MSGHDR_NAME()), copy);
        int result = call(RECVMSG, fd, copy, theirs);
        if (result >= 0) {
            Msghdr.received(dialect, copy, message);
        }
        return result;
    }

    @Override
    public int sendmsg(int fd, long message, int flags) {
        int theirs = dialect.messageFlags(flags);
        if (theirs == Dialect.NONE) {
            return -Errno.EINVAL;
        }
        if (!dialect.addressesHaveLength()) {
            return call(SENDMSG, fd, message, theirs);
        }
        int length = Memory.getInt(message + MSGHDR_NAMELEN());
        if (length > Sockaddr.BYTES) {
            return -Errno.EINVAL;
        }
        Scratch scratch = SCRATCH.get();
        long name = Memory.getLong(message + MSGHDR_NAME());
        int result = name == 0 ? 0 : theirAddress(dialect, name, length, scratch.address);
        if (result < 0) {
            return result;
        }
        Msghdr.copy(message, name == 0 ? 0 : scratch.address, scratch.message);
        return call(SENDMSG, fd, scratch.message, theirs);
    }

    @Override
    public int shutdown(int fd, int how) {
        return call(SHUTDOWN, fd, how);
    }

    @Override
    public int getsockopt(int fd, int level, int name, long value, long lengthAddress) {
        int theirs = dialect.option(level, name);
        if (theirs == Dialect.NONE) {
            return -Errno.ENOPROTOOPT;
        }
        int result = call(GETSOCKOPT, fd, dialect.level(level), theirs, value, lengthAddress);
        if (result >= 0 && level == SOL_SOCKET()) {
            translateValue(name, value);
        }
        return result;
    }

    /** Some options have a number of the system's as their value. */
    private void translateValue(int name, long value) {
        int theirs = Memory.getInt(value);
        if (name == SO_ERROR() && theirs != 0) {
            Memory.putInt(value, dialect.errno(theirs));
        } else if (name == SO_DOMAIN()) {
            Memory.putInt(value, dialect.linuxFamily(theirs));
        }
    }

    @Override
    public int linger(int fd) {
        return Linger.seconds(this, fd, SCRATCH.get().stat);
    }

    @Override
    public int setsockopt(int fd, int level, int name, long value, int length) {
        int theirs = dialect.option(level, name);
        return theirs == Dialect.NONE
                ? -Errno.ENOPROTOOPT
                : call(SETSOCKOPT, fd, dialect.level(level), theirs, value, length);
    }

    // ---- processes and signals

    @Override
    public int pidfdOpen(int pid) {
        return processes.pidfdOpen(pid);
    }

    @Override
    public int pidfdExit(int pidfd) {
        return processes.pidfdExit(pidfd);
    }

    @Override
    public int pidfdUser(int pidfd) {
        return -Errno.ENOSYS;
    }

    @Override
    public int pidfdSendSignal(int pidfd, int signal) {
        return -Errno.ENOSYS;
    }

    @Override
    public int waitid(int idType, int id, long siginfo, int options) {
        return processes.waitid(idType, id, siginfo, options);
    }

    /** Linux's own. */
    @Override
    public int signalfd(long mask, int flags) {
        return -Errno.ENOSYS;
    }

    @Override
    public int signalAction(int signal) {
        return processes.signalAction(signal);
    }

    @Override
    public int kill(int pid, int signal) {
        return processes.kill(pid, signal);
    }

    /** Memory of the thread's for what one call needs. */
    long scratch() {
        return SCRATCH.get().stat;
    }

    // ---- counts, time

    @Override
    public long calls() {
        return SCRATCH.get().calls;
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    /** What one thread's calls write to, errno first; see {@link LinuxSys} for why each thread has its own. */
    private static final class Scratch {

        /** Room for the largest {@code struct stat}. */
        private static final int STAT_BYTES = 256;

        final MemorySegment captured;
        final long errno;
        final long timespec;
        final long pollfd;
        final long stat;
        final long address;
        final long message;
        long calls;

        Scratch() {
            long errnoBytes = Linker.Option.captureStateLayout().byteSize();
            int others = TIMESPEC_BYTES() + POLLFD_BYTES() + STAT_BYTES + Sockaddr.BYTES + Msghdr.BYTES;
            MemorySegment all = Arena.ofAuto().allocate(errnoBytes + Long.BYTES + others, Long.BYTES);
            captured = all.asSlice(0, errnoBytes);
            errno = captured.address();
            timespec = (errno + errnoBytes + 7) & -8;
            pollfd = timespec + TIMESPEC_BYTES();
            stat = pollfd + POLLFD_BYTES();
            address = stat + STAT_BYTES;
            message = address + Sockaddr.BYTES;
        }
    }
}
