package dev.ringway.internal.ffi;

/**
 * The system calls that Ringway makes, and the clock.
 *
 * <p><b>Results.</b> Every call returns the value of the system call, or {@code -errno} (see {@link Errno}); this is
 * what an io_uring completion holds too, so both kinds of driver speak one language. {@code -EINTR} is returned like
 * any other error: who calls decides whether to call again. Nothing throws and nothing allocates.
 *
 * <p><b>Arguments.</b> Addresses, of paths (NUL-terminated), buffers and structures, are raw. They must be valid for
 * the length of the call; nothing here can check that.
 *
 * <p><b>Threads.</b> Every method may be called from every thread. A call that blocks holds its carrier when it is made
 * on a virtual thread, so calls that may block belong on platform threads.
 *
 * <p>Tests implement this interface to inject faults and to move the clock, hence no implementation may keep state that
 * such a decorator cannot see.
 */
public interface Sys {

    /**
     * Returns those of the system that this process runs on.
     *
     * @throws UnsupportedOperationException if it is none that Ringway knows
     */
    static Sys here() {
        return Platform.isLinux() ? new LinuxSys() : new BsdSys();
    }

    // io_uring

    /**
     * Makes a ring. Returns its fd, close-on-exec, and fills {@code params} ({@code struct io_uring_params}). See
     * io_uring_setup(2).
     */
    int ioUringSetup(int entries, long params);

    /**
     * Submits up to {@code toSubmit} entries and waits for {@code minComplete} completions; may block. {@code argument}
     * is a {@code struct io_uring_getevents_arg} of {@code argumentBytes} when {@code flags} has {@code
     * IORING_ENTER_EXT_ARG}, else 0 and 0. Returns how many entries were consumed. See io_uring_enter(2).
     */
    int ioUringEnter(int fd, int toSubmit, int minComplete, int flags, long argument, long argumentBytes);

    /** Registers resources with a ring, or asks it what it can do. See io_uring_register(2). */
    int ioUringRegister(int fd, int opcode, long argument, int count);

    // Memory

    /**
     * Maps {@code length} bytes where the kernel likes. Returns the address, which is positive in user space, or {@code
     * -errno}. See mmap(2).
     */
    long mmap(long length, int protection, int flags, int fd, long offset);

    /** Unmaps what {@link #mmap} mapped. See munmap(2). */
    int munmap(long address, long length);

    /** Tells the kernel how a mapped range will be used. See madvise(2). */
    int madvise(long address, long length, int advice);

    // Readiness

    /** Makes an epoll instance, close-on-exec, and returns its fd. See epoll_create1(2). */
    int epollCreate();

    /**
     * Adds, changes or removes the registration of {@code fd}; {@code event} as in {@link EpollEvent}, 0 for a removal.
     * See epoll_ctl(2).
     */
    int epollCtl(int epoll, int operation, int fd, long event);

    /**
     * Waits for events and returns how many were written to {@code events}; may block. {@code timeoutNanos} of 0 looks
     * without waiting, a negative one waits without limit; a kernel without epoll_pwait2 (before 5.11) waits in
     * milliseconds, rounded up. See epoll_wait(2).
     */
    int epollWait(int epoll, long events, int maxEvents, long timeoutNanos);

    /** Makes an event counter and returns its fd; pass {@code EFD_CLOEXEC}. See eventfd(2). */
    int eventfd(int initial, int flags);

    /**
     * Looks at one fd without waiting. Returns which of {@code events} hold now ({@code POLLIN}, {@code POLLOUT},
     * {@code POLLPRI}, {@code POLLRDHUP}), and {@code POLLERR}, {@code POLLHUP} and {@code POLLNVAL} whether asked for
     * or not; 0 if none does. See poll(2).
     */
    int poll(int fd, int events);

    /** Makes a kernel event queue, close-on-exec, and returns its fd. See kqueue(2). */
    int kqueue();

    /**
     * Makes {@code changeCount} changes, then waits for events and returns how many were written to {@code events},
     * both as {@link Kevent} has them; may block. A change that fails is an event with {@code EV_ERROR}. {@code
     * timeoutNanos} of 0 looks without waiting, a negative one waits without limit. See kevent(2).
     */
    int kevent(int kqueue, long changes, int changeCount, long events, int maxEvents, long timeoutNanos);

    // Files

    /** Reads at the file's position. Returns the bytes read, 0 at the end; may block. See read(2). */
    int read(int fd, long address, int length);

    /** Writes at the file's position. Returns the bytes written, which may be fewer; may block. See write(2). */
    int write(int fd, long address, int length);

    /** Reads at {@code offset}, leaving the file's position alone; may block. See pread(2). */
    int pread(int fd, long address, int length, long offset);

    /** Writes at {@code offset}, leaving the file's position alone; may block. See pwrite(2). */
    int pwrite(int fd, long address, int length, long offset);

    /**
     * Reads at the file's position into {@code count} ranges, one after the other ({@code struct iovec} each, at most
     * {@code UIO_MAXIOV}). Returns the bytes read, 0 at the end; may block. See readv(2).
     */
    int readv(int fd, long iovecs, int count);

    /**
     * Writes {@code count} ranges at the file's position, one after the other ({@code struct iovec} each, at most
     * {@code UIO_MAXIOV}). Returns the bytes written, which may be fewer; may block. See writev(2).
     */
    int writev(int fd, long iovecs, int count);

    /** Like {@link #readv} at {@code offset}, leaving the file's position alone; may block. See preadv(2). */
    int preadv(int fd, long iovecs, int count, long offset);

    /** Like {@link #writev} at {@code offset}, leaving the file's position alone; may block. See pwritev(2). */
    int pwritev(int fd, long iovecs, int count, long offset);

    /**
     * Like {@link #preadv}, or like {@link #readv} with an {@code offset} of -1. With {@code RWF_NOWAIT} it returns
     * {@code -EAGAIN} instead of waiting, also on an fd without O_NONBLOCK, and {@code -EOPNOTSUPP} for a file that
     * cannot tell. See preadv2(2).
     */
    int preadv2(int fd, long iovecs, int count, long offset, int flags);

    /** Like {@link #pwritev}, or like {@link #writev} with an {@code offset} of -1; flags as {@link #preadv2}. */
    int pwritev2(int fd, long iovecs, int count, long offset, int flags);

    /**
     * Moves up to {@code length} bytes from one fd to another, one of which is a pipe; an offset of -1 is the file's
     * own, or none. Returns the bytes moved, 0 at the end; may block, with {@code SPLICE_F_NONBLOCK} only on files.
     * {@code -ENOSYS} where there is no such call. See splice(2).
     */
    int splice(int in, long from, int out, long at, int length, int flags);

    /** Moves a file's position, and returns it. See lseek(2). */
    long lseek(int fd, long offset, int whence);

    /** Writes a file's content and metadata to its device, and waits for that; may block. See fsync(2). */
    int fsync(int fd);

    /** Like {@link #fsync}, without the metadata that reading does not need; may block. See fdatasync(2). */
    int fdatasync(int fd);

    /** Sets a file's length; may block. See ftruncate(2). */
    int ftruncate(int fd, long length);

    /**
     * Changes what is allocated for a range of a file; may block. {@code -EOPNOTSUPP} for a mode that the system does
     * not have. See fallocate(2).
     */
    int fallocate(int fd, int mode, long offset, long length);

    /**
     * Tells how a range of a file will be read, with a length of 0 all the rest of it; may block. {@code -EOPNOTSUPP}
     * on a system that does not ask. See posix_fadvise(2).
     */
    int fadvise(int fd, long offset, long length, int advice);

    /** Makes a directory; may block. Paths as for {@link #openat}. See mkdirat(2). */
    int mkdirat(int directory, long path, int mode);

    /** Removes a name, that of a directory with {@code AT_REMOVEDIR}; may block. See unlinkat(2). */
    int unlinkat(int directory, long path, int flags);

    /** Gives a file another name, which it takes from whatever has it; may block. See renameat(2). */
    int renameat(int fromDirectory, long from, int toDirectory, long to);

    /**
     * Opens the file that the NUL-terminated {@code path} names, relative to {@code directory} or to the working
     * directory ({@code AT_FDCWD}); pass {@code O_CLOEXEC}; may block. Returns the fd. See openat(2).
     */
    int openat(int directory, long path, int flags, int mode);

    /** Closes an fd. Never call it again after an error, {@code -EINTR} included: the fd is gone. See close(2). */
    int close(int fd);

    /**
     * Makes a pipe and writes its two fds, 32-bit numbers, to {@code fds}: first the end to read from, then the one to
     * write to; pass {@code O_CLOEXEC}. See pipe2(2).
     */
    int pipe2(long fds, int flags);

    /**
     * Makes another fd, close-on-exec, for the same open file, whose position and flags both share. Returns it. See
     * fcntl(2), F_DUPFD_CLOEXEC.
     */
    int dup(int fd);

    /**
     * Fills {@code statx} ({@code STATX_BYTES} of {@code struct statx}) for the NUL-terminated {@code path}; may block.
     * Its mask says what was filled in. Elsewhere than on Linux only for an open fd: {@code AT_EMPTY_PATH} and an empty
     * path. See statx(2).
     */
    int statx(int directory, long path, int flags, int mask, long statx);

    /** Returns {@code st_mode} of an open fd: type and permissions. See fstat(2) and inode(7). */
    int fileMode(int fd);

    /** Makes a watcher of files and returns its fd; pass {@code IN_CLOEXEC}. See inotify_init1(2). */
    int inotifyInit(int flags);

    /**
     * Watches what the NUL-terminated {@code path} names, or changes how; may block. Returns the number of the watch.
     * See inotify_add_watch(2).
     */
    int inotifyAddWatch(int fd, long path, int mask);

    /** Ends a watch. See inotify_rm_watch(2). */
    int inotifyRmWatch(int fd, int watch);

    /** Reads or changes the flags of an fd. See fcntl(2). */
    int fcntl(int fd, int command, long argument);

    // Sockets

    /** Makes a socket and returns its fd; pass {@code SOCK_CLOEXEC} in {@code type}. See socket(2). */
    int socket(int domain, int type, int protocol);

    /**
     * Makes two connected sockets and writes their fds to {@code fds}, two 32-bit numbers; pass {@code SOCK_CLOEXEC} in
     * {@code type}. See socketpair(2).
     */
    int socketpair(int domain, int type, int protocol, long fds);

    /** Gives a socket its local address, encoded by {@link Sockaddr}. See bind(2). */
    int bind(int fd, long address, int length);

    /** Makes a socket a listener. See listen(2). */
    int listen(int fd, int backlog);

    /**
     * Takes a connection and returns its fd; pass {@code SOCK_CLOEXEC}. Where {@code address} is not 0 it receives the
     * peer's address, and the 32-bit number at {@code lengthAddress} goes from room to length. Blocks on a blocking
     * listener. See accept4(2).
     */
    int accept4(int fd, long address, long lengthAddress, int flags);

    /**
     * Connects a socket. {@code -EINPROGRESS}, and {@code -EINTR} too, mean that it goes on by itself. See connect(2).
     */
    int connect(int fd, long address, int length);

    /** Receives from a connected socket. Returns the bytes received, 0 at the end of a stream. See recv(2). */
    int recv(int fd, long address, int length, int flags);

    /**
     * Sends on a connected socket. Returns the bytes sent, which may be fewer; pass {@code MSG_NOSIGNAL}. See send(2).
     */
    int send(int fd, long address, int length, int flags);

    /**
     * Receives a message, or from a stream, as {@code message} says ({@code struct msghdr}), whose name's length and
     * flags it fills. Returns the bytes received. See recvmsg(2).
     */
    int recvmsg(int fd, long message, int flags);

    /**
     * Sends what {@code message} names ({@code struct msghdr}) to where it says. Returns the bytes sent, which may be
     * fewer on a stream; pass {@code MSG_NOSIGNAL}. See sendmsg(2).
     */
    int sendmsg(int fd, long message, int flags);

    /** Ends one or both directions of a connection. See shutdown(2). */
    int shutdown(int fd, int how);

    /**
     * Writes the local address to {@code address}; the 32-bit number at {@code lengthAddress} goes from room to length.
     * See getsockname(2).
     */
    int getsockname(int fd, long address, long lengthAddress);

    /**
     * Writes the peer's address to {@code address}; the 32-bit number at {@code lengthAddress} goes from room to
     * length. See getpeername(2).
     */
    int getpeername(int fd, long address, long lengthAddress);

    /**
     * Reads a socket option; the 32-bit number at {@code lengthAddress} goes from room to length. See getsockopt(2).
     */
    int getsockopt(int fd, int level, int name, long value, long lengthAddress);

    /** SO_LINGER of a socket, in seconds; -1 if it is off, or cannot be read. See socket(7). */
    int linger(int fd);

    /** Sets a socket option from {@code length} bytes at {@code value}. See setsockopt(2). */
    int setsockopt(int fd, int level, int name, long value, int length);

    // Processes and signals

    /**
     * Returns an fd, close-on-exec, that can be read once the process has ended; {@code -ENOSYS} where there is none.
     * See pidfd_open(2); where there is kqueue(2), a queue with {@code EVFILT_PROC}.
     */
    int pidfdOpen(int pid);

    /**
     * Returns how a process has ended, in the words of wait(2), which its parent may have asked for before: of the
     * process alone that {@link #pidfdOpen} gave the fd for. {@code -EAGAIN} if it will say so later, {@code -ENOSYS}
     * if never. See PIDFD_GET_INFO in ioctl_pidfd(2).
     */
    int pidfdExit(int pidfd);

    /** Returns the real user of a process that has not ended; {@code -ENOSYS} where that cannot be asked. */
    int pidfdUser(int pidfd);

    /** Sends a signal to the process alone that the fd was opened for. See pidfd_send_signal(2). */
    int pidfdSendSignal(int pidfd, int signal);

    /**
     * Waits for a child, of those that {@code idType} and {@code id} name, to do what {@code options} say; fills
     * {@code siginfo} ({@code SIGINFO_BYTES}): with a process of 0 if there was nothing to tell and {@code WNOHANG}.
     * Blocks without that. Returns 0. See waitid(2).
     */
    int waitid(int idType, int id, long siginfo, int options);

    /**
     * Returns an fd from which the signals of {@code mask} are read, bit 0 for the first, as {@code struct
     * signalfd_siginfo}; pass {@code SFD_CLOEXEC}. They are read only if no thread takes them in another way. See
     * signalfd(2).
     */
    int signalfd(long mask, int flags);

    /**
     * Returns what a signal does to the calling thread when it comes: 0 nothing, since it is blocked or ignored, 1 what
     * it does by default, 2 what a handler does; {@code -ENOSYS} on Linux, where proc(5) says it of all threads. See
     * pthread_sigmask(3), sigaction(2).
     */
    int signalAction(int signal);

    /** Sends a signal, or with 0 looks whether it could; {@code pid} may name several processes. See kill(2). */
    int kill(int pid, int signal);

    // Counts

    /** How many system calls the calling thread has made through this interface. */
    long calls();

    // Time

    /** The monotonic clock in nanoseconds, with an arbitrary origin, like {@link System#nanoTime()}. */
    long nanoTime();
}
