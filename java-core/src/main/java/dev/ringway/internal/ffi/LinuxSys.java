package dev.ringway.internal.ffi;

import static dev.ringway.internal.ffi.generated.Linux.AT_EMPTY_PATH;
import static dev.ringway.internal.ffi.generated.Linux.F_DUPFD_CLOEXEC;
import static dev.ringway.internal.ffi.generated.Linux.O_CLOEXEC;
import static dev.ringway.internal.ffi.generated.Linux.POLLFD_BYTES;
import static dev.ringway.internal.ffi.generated.Linux.POLLFD_EVENTS;
import static dev.ringway.internal.ffi.generated.Linux.POLLFD_FD;
import static dev.ringway.internal.ffi.generated.Linux.POLLFD_REVENTS;
import static dev.ringway.internal.ffi.generated.Linux.STATX_BYTES;
import static dev.ringway.internal.ffi.generated.Linux.STATX_MODE;
import static dev.ringway.internal.ffi.generated.Linux.STATX_OFFSET_MODE;
import static dev.ringway.internal.ffi.generated.Linux.STATX_TYPE;
import static dev.ringway.internal.ffi.generated.Linux.TIMESPEC_BYTES;
import static dev.ringway.internal.ffi.generated.Linux.TIMESPEC_NSEC;
import static dev.ringway.internal.ffi.generated.Linux.TIMESPEC_SEC;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Linux itself: every call goes through libc's variadic {@code syscall}, with one method handle.
 *
 * <p><b>One shape.</b> The handle takes the call's number and six longs, and captures errno. Calls that may block and
 * calls that never do share it: a {@code critical} handle would save a few nanoseconds and hold every safepoint of the
 * JVM for as long as the call waits. Arguments a call does not take are passed as 0 and ignored by the kernel.
 *
 * <p><b>errno</b> is written by the linker, before anything else can run on the thread, to a segment that belongs to
 * the thread ({@link Scratch}), together with the few bytes of scratch that some calls need. It is a thread local over
 * an automatic arena: finding it costs two loads on a platform thread, nothing is allocated after a thread's first
 * call, and there is nothing to free: the memory goes when the thread does, which a virtual thread that dies in its
 * thousands does through the garbage collector, without a cleaner of ours. Sharing segments between threads instead
 * would cost an atomic exchange a call, and a carrier's own is out of reach.
 */
public final class LinuxSys implements Sys {

    private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final long NANOS_PER_MILLI = 1_000_000;

    /** Set once the kernel, or a seccomp filter older than the call, has refused epoll_pwait2. */
    private volatile boolean waitInMillis;

    /** @throws UnsupportedOperationException if this is not Linux on x86-64 or AArch64 */
    public LinuxSys() {
        this(false);
    }

    LinuxSys(boolean waitInMillis) {
        Platform.requireLinux();
        this.waitInMillis = waitInMillis;
    }

    private static long call(int number, long a, long b, long c, long d, long e, long f) {
        Scratch scratch = SCRATCH.get();
        scratch.calls++;
        long result;
        try {
            result = (long) Libc.SYSCALL.invokeExact(scratch.captured, (long) number, a, b, c, d, e, f);
        } catch (Error error) {
            throw error;
        } catch (Throwable impossible) {
            throw new AssertionError("syscall(2) throws nothing", impossible);
        }
        return result == -1 ? -Memory.getInt(scratch.errno) : result;
    }

    private static int call(int number, long a) {
        return (int) call(number, a, 0, 0, 0, 0, 0);
    }

    private static int call(int number, long a, long b) {
        return (int) call(number, a, b, 0, 0, 0, 0);
    }

    private static int call(int number, long a, long b, long c) {
        return (int) call(number, a, b, c, 0, 0, 0);
    }

    private static int call(int number, long a, long b, long c, long d) {
        return (int) call(number, a, b, c, d, 0, 0);
    }

    @Override
    public int ioUringSetup(int entries, long params) {
        return call(SystemCalls.IO_URING_SETUP, entries, params);
    }

    @Override
    public int ioUringEnter(int fd, int toSubmit, int minComplete, int flags, long argument, long argumentBytes) {
        return (int) call(SystemCalls.IO_URING_ENTER, fd, toSubmit, minComplete, flags, argument, argumentBytes);
    }

    @Override
    public int ioUringRegister(int fd, int opcode, long argument, int count) {
        return call(SystemCalls.IO_URING_REGISTER, fd, opcode, argument, count);
    }

    @Override
    public long mmap(long length, int protection, int flags, int fd, long offset) {
        return call(SystemCalls.MMAP, 0, length, protection, flags, fd, offset);
    }

    @Override
    public int munmap(long address, long length) {
        return call(SystemCalls.MUNMAP, address, length);
    }

    @Override
    public int madvise(long address, long length, int advice) {
        return call(SystemCalls.MADVISE, address, length, advice);
    }

    @Override
    public int epollCreate() {
        return call(SystemCalls.EPOLL_CREATE1, O_CLOEXEC());
    }

    @Override
    public int epollCtl(int epoll, int operation, int fd, long event) {
        return call(SystemCalls.EPOLL_CTL, epoll, operation, fd, event);
    }

    @Override
    public int epollWait(int epoll, long events, int maxEvents, long timeoutNanos) {
        if (!waitInMillis) {
            long timespec = 0;
            if (timeoutNanos >= 0) {
                timespec = SCRATCH.get().timespec;
                Memory.putLong(timespec + TIMESPEC_SEC(), timeoutNanos / NANOS_PER_SECOND);
                Memory.putLong(timespec + TIMESPEC_NSEC(), timeoutNanos % NANOS_PER_SECOND);
            }
            int result = (int) call(SystemCalls.EPOLL_PWAIT2, epoll, events, maxEvents, timespec, 0, 0);
            if (result != -Errno.ENOSYS && result != -Errno.EPERM) {
                return result;
            }
            waitInMillis = true;
        }
        return (int) call(SystemCalls.EPOLL_PWAIT, epoll, events, maxEvents, millisRoundedUp(timeoutNanos), 0, 0);
    }

    static int millisRoundedUp(long nanos) {
        if (nanos < 0) {
            return -1;
        }
        long millis = nanos / NANOS_PER_MILLI + (nanos % NANOS_PER_MILLI == 0 ? 0 : 1);
        return (int) Math.min(millis, Integer.MAX_VALUE);
    }

    @Override
    public int eventfd(int initial, int flags) {
        return call(SystemCalls.EVENTFD2, initial, flags);
    }

    @Override
    public int kqueue() {
        return -Errno.ENOSYS;
    }

    @Override
    public int kevent(int kqueue, long changes, int changeCount, long events, int maxEvents, long timeoutNanos) {
        return -Errno.ENOSYS;
    }

    @Override
    public int poll(int fd, int events) {
        Scratch scratch = SCRATCH.get();
        Memory.putInt(scratch.pollfd + POLLFD_FD(), fd);
        Memory.putShort(scratch.pollfd + POLLFD_EVENTS(), (short) events);
        Memory.putShort(scratch.pollfd + POLLFD_REVENTS(), (short) 0);
        Memory.putLong(scratch.timespec + TIMESPEC_SEC(), 0);
        Memory.putLong(scratch.timespec + TIMESPEC_NSEC(), 0);
        int result = call(SystemCalls.PPOLL, scratch.pollfd, 1, scratch.timespec, 0);
        return result < 0 ? result : Short.toUnsignedInt(Memory.getShort(scratch.pollfd + POLLFD_REVENTS()));
    }

    @Override
    public int read(int fd, long address, int length) {
        return call(SystemCalls.READ, fd, address, length);
    }

    @Override
    public int write(int fd, long address, int length) {
        return call(SystemCalls.WRITE, fd, address, length);
    }

    @Override
    public int pread(int fd, long address, int length, long offset) {
        return call(SystemCalls.PREAD64, fd, address, length, offset);
    }

    @Override
    public int pwrite(int fd, long address, int length, long offset) {
        return call(SystemCalls.PWRITE64, fd, address, length, offset);
    }

    @Override
    public int readv(int fd, long iovecs, int count) {
        return call(SystemCalls.READV, fd, iovecs, count);
    }

    @Override
    public int writev(int fd, long iovecs, int count) {
        return call(SystemCalls.WRITEV, fd, iovecs, count);
    }

    // The kernel takes an offset in two halves, and on a 64-bit system all of it in the lower one.

    @Override
    public int preadv(int fd, long iovecs, int count, long offset) {
        return call(SystemCalls.PREADV, fd, iovecs, count, offset);
    }

    @Override
    public int pwritev(int fd, long iovecs, int count, long offset) {
        return call(SystemCalls.PWRITEV, fd, iovecs, count, offset);
    }

    @Override
    public int preadv2(int fd, long iovecs, int count, long offset, int flags) {
        return (int) call(SystemCalls.PREADV2, fd, iovecs, count, offset, 0, flags);
    }

    @Override
    public int pwritev2(int fd, long iovecs, int count, long offset, int flags) {
        return (int) call(SystemCalls.PWRITEV2, fd, iovecs, count, offset, 0, flags);
    }

    @Override
    public int splice(int in, long from, int out, long at, int length, int flags) {
        long offsets = SCRATCH.get().statx;
        Memory.putLong(offsets, from);
        Memory.putLong(offsets + Long.BYTES, at);
        long fromAddress = from < 0 ? 0 : offsets;
        long atAddress = at < 0 ? 0 : offsets + Long.BYTES;
        return (int) call(SystemCalls.SPLICE, in, fromAddress, out, atAddress, length, flags);
    }

    @Override
    public long lseek(int fd, long offset, int whence) {
        return call(SystemCalls.LSEEK, fd, offset, whence, 0, 0, 0);
    }

    @Override
    public int fsync(int fd) {
        return call(SystemCalls.FSYNC, fd);
    }

    @Override
    public int fdatasync(int fd) {
        return call(SystemCalls.FDATASYNC, fd);
    }

    @Override
    public int ftruncate(int fd, long length) {
        return call(SystemCalls.FTRUNCATE, fd, length);
    }

    @Override
    public int fallocate(int fd, int mode, long offset, long length) {
        return call(SystemCalls.FALLOCATE, fd, mode, offset, length);
    }

    @Override
    public int fadvise(int fd, long offset, long length, int advice) {
        return call(SystemCalls.FADVISE64, fd, offset, length, advice);
    }

    @Override
    public int mkdirat(int directory, long path, int mode) {
        return call(SystemCalls.MKDIRAT, directory, path, mode);
    }

    @Override
    public int unlinkat(int directory, long path, int flags) {
        return call(SystemCalls.UNLINKAT, directory, path, flags);
    }

    @Override
    public int renameat(int fromDirectory, long from, int toDirectory, long to) {
        return call(SystemCalls.RENAMEAT, fromDirectory, from, toDirectory, to);
    }

    @Override
    public int openat(int directory, long path, int flags, int mode) {
        return call(SystemCalls.OPENAT, directory, path, flags, mode);
    }

    @Override
    public int close(int fd) {
        return call(SystemCalls.CLOSE, fd);
    }

    @Override
    public int pipe2(long fds, int flags) {
        return call(SystemCalls.PIPE2, fds, flags);
    }

    @Override
    public int dup(int fd) {
        return fcntl(fd, F_DUPFD_CLOEXEC(), 0);
    }

    @Override
    public int statx(int directory, long path, int flags, int mask, long statx) {
        return (int) call(SystemCalls.STATX, directory, path, flags, mask, statx, 0);
    }

    @Override
    public int fileMode(int fd) {
        Scratch scratch = SCRATCH.get();
        int result = statx(fd, scratch.emptyPath, AT_EMPTY_PATH(), STATX_TYPE() | STATX_MODE(), scratch.statx);
        return result < 0 ? result : Short.toUnsignedInt(Memory.getShort(scratch.statx + STATX_OFFSET_MODE()));
    }

    @Override
    public int inotifyInit(int flags) {
        return call(SystemCalls.INOTIFY_INIT1, flags);
    }

    @Override
    public int inotifyAddWatch(int fd, long path, int mask) {
        return call(SystemCalls.INOTIFY_ADD_WATCH, fd, path, mask);
    }

    @Override
    public int inotifyRmWatch(int fd, int watch) {
        return call(SystemCalls.INOTIFY_RM_WATCH, fd, watch);
    }

    @Override
    public int fcntl(int fd, int command, long argument) {
        return call(SystemCalls.FCNTL, fd, command, argument);
    }

    @Override
    public int socket(int domain, int type, int protocol) {
        return call(SystemCalls.SOCKET, domain, type, protocol);
    }

    @Override
    public int socketpair(int domain, int type, int protocol, long fds) {
        return call(SystemCalls.SOCKETPAIR, domain, type, protocol, fds);
    }

    @Override
    public int bind(int fd, long address, int length) {
        return call(SystemCalls.BIND, fd, address, length);
    }

    @Override
    public int listen(int fd, int backlog) {
        return call(SystemCalls.LISTEN, fd, backlog);
    }

    @Override
    public int accept4(int fd, long address, long lengthAddress, int flags) {
        return call(SystemCalls.ACCEPT4, fd, address, lengthAddress, flags);
    }

    @Override
    public int connect(int fd, long address, int length) {
        return call(SystemCalls.CONNECT, fd, address, length);
    }

    @Override
    public int recv(int fd, long address, int length, int flags) {
        return call(SystemCalls.RECVFROM, fd, address, length, flags);
    }

    @Override
    public int send(int fd, long address, int length, int flags) {
        return call(SystemCalls.SENDTO, fd, address, length, flags);
    }

    @Override
    public int recvmsg(int fd, long message, int flags) {
        return call(SystemCalls.RECVMSG, fd, message, flags);
    }

    @Override
    public int sendmsg(int fd, long message, int flags) {
        return call(SystemCalls.SENDMSG, fd, message, flags);
    }

    @Override
    public int shutdown(int fd, int how) {
        return call(SystemCalls.SHUTDOWN, fd, how);
    }

    @Override
    public int getsockname(int fd, long address, long lengthAddress) {
        return call(SystemCalls.GETSOCKNAME, fd, address, lengthAddress);
    }

    @Override
    public int getpeername(int fd, long address, long lengthAddress) {
        return call(SystemCalls.GETPEERNAME, fd, address, lengthAddress);
    }

    @Override
    public int getsockopt(int fd, int level, int name, long value, long lengthAddress) {
        return (int) call(SystemCalls.GETSOCKOPT, fd, level, name, value, lengthAddress, 0);
    }

    @Override
    public int linger(int fd) {
        return Linger.seconds(this, fd, SCRATCH.get().statx);
    }

    @Override
    public int setsockopt(int fd, int level, int name, long value, int length) {
        return (int) call(SystemCalls.SETSOCKOPT, fd, level, name, value, length, 0);
    }

    @Override
    public int pidfdOpen(int pid) {
        return call(SystemCalls.PIDFD_OPEN, pid, 0);
    }

    @Override
    public int pidfdExit(int pidfd) {
        long info = SCRATCH.get().statx;
        PidfdInfo.want(info, PidfdInfo.EXIT);
        int res = call(SystemCalls.IOCTL, pidfd, PidfdInfo.GET, info);
        if (res >= 0 && PidfdInfo.has(info, PidfdInfo.EXIT)) {
            return PidfdInfo.exit(info);
        }
        return res >= 0 && PidfdInfo.tellsExits() ? -Errno.EAGAIN : -Errno.ENOSYS;
    }

    @Override
    public int pidfdUser(int pidfd) {
        long info = SCRATCH.get().statx;
        PidfdInfo.want(info, PidfdInfo.CREDS);
        int res = call(SystemCalls.IOCTL, pidfd, PidfdInfo.GET, info);
        return res >= 0 && PidfdInfo.has(info, PidfdInfo.CREDS) ? PidfdInfo.user(info) : -Errno.ENOSYS;
    }

    @Override
    public int pidfdSendSignal(int pidfd, int signal) {
        return call(SystemCalls.PIDFD_SEND_SIGNAL, pidfd, signal, 0, 0);
    }

    @Override
    public int waitid(int idType, int id, long siginfo, int options) {
        return (int) call(SystemCalls.WAITID, idType, id, siginfo, options, 0, 0);
    }

    @Override
    public int signalfd(long mask, int flags) {
        long set = SCRATCH.get().statx;
        Memory.putLong(set, mask);
        return call(SystemCalls.SIGNALFD4, -1, set, Long.BYTES, flags);
    }

    @Override
    public int signalAction(int signal) {
        return -Errno.ENOSYS;
    }

    @Override
    public int kill(int pid, int signal) {
        return call(SystemCalls.KILL, pid, signal);
    }

    @Override
    public long calls() {
        return SCRATCH.get().calls;
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    /** Holds the handle apart, so that the constructor can say what is missing before the linker looks for it. */
    private static final class Libc {

        static final MethodHandle SYSCALL = syscall();

        @SuppressWarnings("restricted") // the one downcall of the library; who passes addresses answers for them
        private static MethodHandle syscall() {
            Linker linker = Linker.nativeLinker();
            FunctionDescriptor numberAndSixArguments = FunctionDescriptor.of(
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG);
            return linker.downcallHandle(
                    linker.defaultLookup().findOrThrow("syscall"),
                    numberAndSixArguments,
                    Linker.Option.firstVariadicArg(1),
                    Linker.Option.captureCallState("errno"));
        }
    }

    /** What one thread's calls write to: errno first, then the arguments that have no better home. */
    private static final class Scratch {

        final MemorySegment captured;
        final long errno;
        final long timespec;
        final long statx;
        final long pollfd;
        final long emptyPath;
        long calls;

        Scratch() {
            long errnoBytes = Linker.Option.captureStateLayout().byteSize();
            int others = TIMESPEC_BYTES() + STATX_BYTES() + POLLFD_BYTES() + 1;
            MemorySegment all = Arena.ofAuto().allocate(errnoBytes + 8 + others, 8);
            // Held here, so the arena lives as long as the thread does
            captured = all.asSlice(0, errnoBytes);
            errno = captured.address();
            timespec = (errno + errnoBytes + 7) & -8;
            statx = timespec + TIMESPEC_BYTES();
            pollfd = statx + STATX_BYTES();
            emptyPath = pollfd + POLLFD_BYTES();
        }
    }
}
