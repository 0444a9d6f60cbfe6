package dev.ringway.internal.op;

import dev.ringway.internal.ffi.Window;
import dev.ringway.internal.ffi.generated.Linux;

/// Writes one submission entry (`struct io_uring_sqe`, 64 bytes).
///
/// Addresses that go in here stay valid until the operation's last completion. A driver has one writer and moves it
/// from entry to entry.
public final class Sqe {
    private static final int UNFILLED = -1;

    private final Window entries;
    private int entry;
    /// The opcode, and the flag of a direct descriptor, as they lie in the entry.
    private int begin = UNFILLED;

    /// @param entries all of them, one after the other
    public Sqe(Window entries) {
        this.entries = entries;
    }

    /// Moves to the entry that begins there.
    public void at(int offset) {
        entry = offset;
        begin = UNFILLED;
    }

    /// Whether an operation has filled the entry.
    public boolean isFilled() {
        return begin != UNFILLED;
    }

    /// The opcode it was filled with.
    public int opcode() {
        return begin & 0xff;
    }

    /// The driver's name for the operation; comes back with every completion.
    public void userData(long data) {
        entries.putLong(entry + Linux.SQE_USER_DATA(), data);
    }

    /// Leaves the entry unfilled: the operation can only be attempted.
    public void none() {
        begin = UNFILLED;
    }

    public void nop() {
        fill(Linux.IORING_OP_NOP(), -1, 0, 0, 0);
    }

    public void read(int fd, long buffer, int length, long offset) {
        fill(Linux.IORING_OP_READ(), fd, buffer, length, offset);
    }

    /// Like [#read], into memory that lies in a registered buffer.
    public void readFixed(int fd, long buffer, int length, long offset, int index) {
        fill(Linux.IORING_OP_READ_FIXED(), fd, buffer, length, offset);
        entries.putShort(entry + Linux.SQE_BUF_INDEX(), (short) index);
    }

    /// Like [#write], from memory that lies in a registered buffer.
    public void writeFixed(int fd, long buffer, int length, long offset, int index) {
        fill(Linux.IORING_OP_WRITE_FIXED(), fd, buffer, length, offset);
        entries.putShort(entry + Linux.SQE_BUF_INDEX(), (short) index);
    }

    /// Names the file by its index among the registered ones, in place of its number.
    public void fixedFile(int index) {
        entries.putInt(entry + Linux.SQE_FD(), index);
        head(Linux.IOSQE_FIXED_FILE(), 0);
    }

    /// Reads at the position into a buffer of the group.
    public void readSelecting(int fd, int group) {
        fill(Linux.IORING_OP_READ(), fd, 0, 0, -1);
        select(0, group);
    }

    public void write(int fd, long buffer, int length, long offset) {
        fill(Linux.IORING_OP_WRITE(), fd, buffer, length, offset);
    }

    /// Like [#read], into the ranges that `count` iovecs name; the kernel has read these when it takes the entry.
    public void readv(int fd, long iovecs, int count, long offset) {
        fill(Linux.IORING_OP_READV(), fd, iovecs, count, offset);
    }

    /// Like [#write], from the ranges that `count` iovecs name; the kernel has read these when it takes the entry.
    public void writev(int fd, long iovecs, int count, long offset) {
        fill(Linux.IORING_OP_WRITEV(), fd, iovecs, count, offset);
    }

    /// Makes direct descriptors of `count` numbers, and writes their places over these.
    public void filesUpdate(long numbers, int count) {
        fill(Linux.IORING_OP_FILES_UPDATE(), -1, numbers, count, Linux.IORING_FILE_INDEX_ALLOC());
    }

    /// Makes an fd of a direct descriptor, close-on-exec.
    public void fixedFdInstall(int fd) {
        fill(Linux.IORING_OP_FIXED_FD_INSTALL(), fd, 0, 0, 0);
    }

    /// What the entry makes becomes a direct descriptor, at a place that the kernel chooses. It is not to be made
    /// close-on-exec, which the kernel refuses: no other process will ever have it.
    public void direct() {
        entries.putInt(entry + Linux.SQE_FILE_INDEX(), Linux.IORING_FILE_INDEX_ALLOC());
    }

    public void fsync(int fd) {
        fill(Linux.IORING_OP_FSYNC(), fd, 0, 0, 0);
    }

    public void fdatasync(int fd) {
        fill(Linux.IORING_OP_FSYNC(), fd, 0, 0, 0);
        entries.putInt(entry + Linux.SQE_OP_FLAGS(), Linux.IORING_FSYNC_DATASYNC());
    }

    public void ftruncate(int fd, long length) {
        fill(Linux.IORING_OP_FTRUNCATE(), fd, 0, 0, length);
    }

    public void fallocate(int fd, int mode, long offset, long length) {
        fill(Linux.IORING_OP_FALLOCATE(), fd, length, mode, offset);
    }

    /// @param length unsigned
    public void fadvise(int fd, long offset, int length, int advice) {
        fill(Linux.IORING_OP_FADVISE(), fd, 0, length, offset);
        entries.putInt(entry + Linux.SQE_OP_FLAGS(), advice);
    }

    public void madvise(long address, int length, int advice) {
        fill(Linux.IORING_OP_MADVISE(), -1, address, length, 0);
        entries.putInt(entry + Linux.SQE_OP_FLAGS(), advice);
    }

    public void statx(int directory, long path, int flags, int mask, long statx) {
        fill(Linux.IORING_OP_STATX(), directory, path, mask, statx);
        entries.putInt(entry + Linux.SQE_OP_FLAGS(), flags);
    }

    public void mkdirat(int directory, long path, int mode) {
        fill(Linux.IORING_OP_MKDIRAT(), directory, path, mode, 0);
    }

    public void unlinkat(int directory, long path, int flags) {
        fill(Linux.IORING_OP_UNLINKAT(), directory, path, 0, 0);
        entries.putInt(entry + Linux.SQE_OP_FLAGS(), flags);
    }

    public void renameat(int fromDirectory, long from, int toDirectory, long to) {
        fill(Linux.IORING_OP_RENAMEAT(), fromDirectory, from, toDirectory, to);
    }

    /// By a worker of the kernel's, always: trying it at once, the kernel adds O_NONBLOCK, with which a FIFO opens
    /// without its other end, or fails.
    public void openat(int directory, long path, int openFlags, int mode) {
        fill(Linux.IORING_OP_OPENAT(), directory, path, mode, 0);
        entries.putInt(entry + Linux.SQE_OP_FLAGS(), openFlags);
        head(Linux.IOSQE_ASYNC(), 0);
    }

    public void recv(int fd, long buffer, int length, int flags) {
        fill(Linux.IORING_OP_RECV(), fd, buffer, length, 0);
        entries.putInt(entry + Linux.SQE_OP_FLAGS(), flags);
    }

    /// Receives once into a buffer of the group.
    public void recvSelecting(int fd, int group) {
        fill(Linux.IORING_OP_RECV(), fd, 0, 0, 0);
        select(0, group);
    }

    /// Like [#recvmsg], into a buffer of the group; the `struct msghdr` has one range, which says the most.
    public void recvmsgSelecting(int fd, long message, int group) {
        recvmsg(fd, message, 0);
        select(0, group);
    }

    /// Receives again and again into buffers of the group, one completion each.
    public void recvMultishot(int fd, int group) {
        fill(Linux.IORING_OP_RECV(), fd, 0, 0, 0);
        select(Linux.IORING_RECV_MULTISHOT(), group);
    }

    public void send(int fd, long buffer, int length, int flags) {
        fill(Linux.IORING_OP_SEND(), fd, buffer, length, 0);
        entries.putInt(entry + Linux.SQE_OP_FLAGS(), flags);
    }

    /// Like [#send] without a copy: the kernel reads the memory until a second completion says that it is free.
    public void sendZc(int fd, long buffer, int length, int flags) {
        fill(Linux.IORING_OP_SEND_ZC(), fd, buffer, length, 0);
        entries.putInt(entry + Linux.SQE_OP_FLAGS(), flags);
    }

    public void bind(int fd, long sockaddr, int length) {
        fill(Linux.IORING_OP_BIND(), fd, sockaddr, 0, length);
    }

    public void listen(int fd, int backlog) {
        fill(Linux.IORING_OP_LISTEN(), fd, 0, backlog, 0);
    }

    public void shutdown(int fd, int how) {
        fill(Linux.IORING_OP_SHUTDOWN(), fd, 0, how, 0);
    }

    /// Receives as the `struct msghdr` says, which the kernel reads at once and fills at the end.
    public void recvmsg(int fd, long message, int flags) {
        fill(Linux.IORING_OP_RECVMSG(), fd, message, 1, 0);
        entries.putInt(entry + Linux.SQE_OP_FLAGS(), flags);
    }

    /// Sends what the `struct msghdr` names; the kernel has read that when it takes the entry.
    public void sendmsg(int fd, long message, int flags) {
        fill(Linux.IORING_OP_SENDMSG(), fd, message, 1, 0);
        entries.putInt(entry + Linux.SQE_OP_FLAGS(), flags);
    }

    /// Like [#sendmsg] without a copy, as [#sendZc] is.
    public void sendmsgZc(int fd, long message, int flags) {
        fill(Linux.IORING_OP_SENDMSG_ZC(), fd, message, 1, 0);
        entries.putInt(entry + Linux.SQE_OP_FLAGS(), flags);
    }

    public void accept(int fd, int flags) {
        accept(fd, 0, 0, flags);
    }

    /// Writes the peer's address to `address`, and its length to the int at `length`, which says the room there is.
    public void accept(int fd, long address, long length, int flags) {
        fill(Linux.IORING_OP_ACCEPT(), fd, address, 0, length);
        entries.putInt(entry + Linux.SQE_OP_FLAGS(), flags);
    }

    /// Accepts again and again, one completion each.
    public void acceptMultishot(int fd, int flags) {
        accept(fd, flags);
        head(0, Linux.IORING_ACCEPT_MULTISHOT());
    }

    public void connect(int fd, long sockaddr, int length) {
        fill(Linux.IORING_OP_CONNECT(), fd, sockaddr, 0, length);
    }

    /// Waits until the fd is ready, once.
    public void pollAdd(int fd, int events) {
        fill(Linux.IORING_OP_POLL_ADD(), fd, 0, 0, 0);
        entries.putInt(entry + Linux.SQE_OP_FLAGS(), events);
    }

    /// Tells each time when the fd has become ready, one completion each.
    public void pollMultishot(int fd, int events) {
        pollAdd(fd, events);
        entries.putInt(entry + Linux.SQE_LEN(), Linux.IORING_POLL_ADD_MULTI());
    }

    /// Moves bytes from one fd to the other; an offset of -1 is that of the file, or none.
    public void splice(int in, long from, int out, long at, int length, int flags) {
        fill(Linux.IORING_OP_SPLICE(), out, from, length, at);
        boolean direct = DirectFd.is(in);
        entries.putInt(entry + Linux.SQE_FILE_INDEX(), direct ? DirectFd.slot(in) : in); // splice_fd_in lies there
        entries.putInt(entry + Linux.SQE_OP_FLAGS(), direct ? flags | Linux.SPLICE_F_FD_IN_FIXED() : flags);
    }

    /// Waits for a child, and fills the siginfo.
    public void waitid(int idType, int id, long siginfo, int options) {
        fill(Linux.IORING_OP_WAITID(), id, 0, idType, siginfo);
        entries.putInt(entry + Linux.SQE_FILE_INDEX(), options);
    }

    /// Asks for the end of the operation that was submitted with the given name. No completion on success.
    public void asyncCancel(long target) {
        fill(Linux.IORING_OP_ASYNC_CANCEL(), -1, target, 0, 0);
        head(Linux.IOSQE_CQE_SKIP_SUCCESS(), 0);
    }

    /// The kernel picks a buffer of the group.
    private void select(int ioprio, int group) {
        head(Linux.IOSQE_BUFFER_SELECT(), ioprio);
        entries.putShort(entry + Linux.SQE_BUF_GROUP(), (short) group);
    }

    /// Opcode, flags and the field of the opcode's own flags lie in one word.
    private void head(int flags, int ioprio) {
        int shifted = (flags << (8 * Linux.SQE_FLAGS())) | (ioprio << (8 * Linux.SQE_IOPRIO()));
        entries.putInt(entry + Linux.SQE_OPCODE(), begin | shifted);
    }

    /// Writes all of the entry but the driver's name, eight bytes at a time; what is not given becomes 0. The low half
    /// of a long comes first in memory, on every machine that has io_uring and this library.
    ///
    /// A direct descriptor is named by its place, and by a flag.
    private void fill(int op, int fd, long addr, int len, long off) {
        boolean direct = DirectFd.is(fd);
        begin = direct ? op | Linux.IOSQE_FIXED_FILE() << (8 * Linux.SQE_FLAGS()) : op;
        long file = direct ? DirectFd.slot(fd) : fd;
        entries.putLong(entry + Linux.SQE_OPCODE(), begin | file << 32); // flags and priority between them
        entries.putLong(entry + Linux.SQE_OFF(), off);
        entries.putLong(entry + Linux.SQE_ADDR(), addr);
        entries.putLong(entry + Linux.SQE_LEN(), Integer.toUnsignedLong(len)); // and the operation's flags: 0
        entries.putLong(entry + Linux.SQE_BUF_INDEX(), 0);
        entries.putLong(entry + Linux.SQE_BUF_INDEX() + Long.BYTES, 0);
        entries.putLong(entry + Linux.SQE_BUF_INDEX() + 2 * Long.BYTES, 0);
    }
}
