package dev.ringway;

import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.fs.Advise;
import dev.ringway.internal.op.fs.Sync;
import dev.ringway.internal.op.fs.SyncData;
import dev.ringway.internal.op.fs.Truncate;
import dev.ringway.internal.op.io.Duplicate;
import java.nio.channels.ByteChannel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// An open file.
///
/// Transfers at the file's position run one at a time in the order they were started, those at an offset overlap
/// freely. A transfer may move fewer bytes than there is room for. At most [Ring.Builder#queueLimit] transfers can wait
/// for their turn; one more throws [java.nio.channels.ReadPendingException] or
/// [java.nio.channels.WritePendingException].
///
/// A vectored transfer, one with an array of buffers, fills or consumes them one after the other, in one call where
/// that is possible. They are lent together, and whatever happens each comes back with its share. The array is copied
/// when the transfer is prepared. One with 0 or more than 1024 buffers (IOV_MAX) or with a null is refused then; when
/// it starts, one with the same buffer twice, with a buffer that is in use, or with more than [Integer#MAX_VALUE] bytes
/// in sum. Empty buffers are skipped.
///
/// On a readiness backend the calls run on the ring's offload executor, and one that runs cannot be cancelled.
///
/// What the system refuses fails with [ErrnoException], such as ENOSPC, EIO, or EBADF for writing to a file that was
/// opened for reading.
public final class AsyncFile extends AsyncFd {
    AsyncFile(Handle handle) {
        super(handle);
    }

    @Override
    AsyncFile to(Handle other) {
        return new AsyncFile(other);
    }

    /// Reads up to [Buf#writable()] bytes at the file's position and appends them to `dst`; completes with -1 at the
    /// end of the file. See `man 2 read`.
    public IntOperation read(Buf dst, IntCompletion done) {
        return prepareRead(dst).start(done);
    }

    /// The long form of [#read(Buf, IntCompletion)].
    public Read prepareRead(Buf dst) {
        return new dev.ringway.internal.op.fs.Read(handle, dst);
    }

    /// Reads at the file's position into several buffers, the first of them first, up to what they can take together;
    /// completes with -1 at the end of the file. See `man 2 readv`.
    public IntOperation read(Buf[] dsts, IntCompletion done) {
        return prepareRead(dsts).start(done);
    }

    /// The long form of [#read(Buf\[\], IntCompletion)].
    public Read prepareRead(Buf[] dsts) {
        return new dev.ringway.internal.op.fs.Read(handle, dsts);
    }

    /// Reads exactly `n` bytes at the file's position; fails with [java.io.EOFException] if the file ends before, and
    /// then says how many have come. See `man 2 read`.
    ///
    /// @param n 0 to [Buf#writable()]
    public IntOperation readN(Buf dst, int n, IntCompletion done) {
        return prepareReadN(dst, n).start(done);
    }

    /// The long form of [#readN(Buf, int, IntCompletion)].
    public AsyncFile.ReadN prepareReadN(Buf dst, int n) {
        return new dev.ringway.internal.op.fs.ReadN(handle, dst, n);
    }

    /// Reads exactly `n` bytes at the file's position into several buffers, the first of them first; fails with
    /// [java.io.EOFException] if the file ends before, and then says how many have come. See `man 2 readv`.
    ///
    /// @param n 0 to what the buffers can take together
    public IntOperation readN(Buf[] dsts, int n, IntCompletion done) {
        return prepareReadN(dsts, n).start(done);
    }

    /// The long form of [#readN(Buf\[\], int, IntCompletion)].
    public AsyncFile.ReadN prepareReadN(Buf[] dsts, int n) {
        return new dev.ringway.internal.op.fs.ReadN(handle, dsts, n);
    }

    /// Writes some of the content of `src` at the file's position and consumes what was written. See `man 2 write`.
    public IntOperation write(Buf src, IntCompletion done) {
        return prepareWrite(src).start(done);
    }

    /// The long form of [#write(Buf, IntCompletion)].
    public AsyncFile.Write prepareWrite(Buf src) {
        return new dev.ringway.internal.op.fs.Write(handle, src, false);
    }

    /// Writes some of the content of several buffers at the file's position, that of the first of them first, and
    /// consumes what was written. See `man 2 writev`.
    public IntOperation write(Buf[] srcs, IntCompletion done) {
        return prepareWrite(srcs).start(done);
    }

    /// The long form of [#write(Buf\[\], IntCompletion)].
    public AsyncFile.Write prepareWrite(Buf[] srcs) {
        return new dev.ringway.internal.op.fs.Write(handle, srcs, false);
    }

    /// Writes the whole content of `src` at the file's position and consumes it; after a failure the rest is what is
    /// left in `src`. See `man 2 write`.
    public IntOperation writeAll(Buf src, IntCompletion done) {
        return prepareWriteAll(src).start(done);
    }

    /// The long form of [#writeAll(Buf, IntCompletion)].
    public AsyncFile.Write prepareWriteAll(Buf src) {
        return new dev.ringway.internal.op.fs.Write(handle, src, true);
    }

    /// Writes the whole content of several buffers at the file's position, that of the first of them first, and
    /// consumes it; after a failure the rest is what is left in them. See `man 2 writev`.
    public IntOperation writeAll(Buf[] srcs, IntCompletion done) {
        return prepareWriteAll(srcs).start(done);
    }

    /// The long form of [#writeAll(Buf\[\], IntCompletion)].
    public AsyncFile.Write prepareWriteAll(Buf[] srcs) {
        return new dev.ringway.internal.op.fs.Write(handle, srcs, true);
    }

    /// Makes what has been written durable, with the file's metadata: completes when the storage device has it. Covers
    /// the writes that have completed before it starts, not those in flight. See `man 2 fsync`.
    public Operation<@Nullable Void> sync(Completion<@Nullable Void> done) {
        return prepareSync().start(done);
    }

    /// The long form of [#sync(Completion)].
    public Operation<@Nullable Void> prepareSync() {
        return new Sync(handle);
    }

    /// Like [#sync(Completion)], but only with the metadata that is needed to read the content back, such as the
    /// length. See `man 2 fdatasync`.
    public Operation<@Nullable Void> syncData(Completion<@Nullable Void> done) {
        return prepareSyncData().start(done);
    }

    /// The long form of [#syncData(Completion)].
    public Operation<@Nullable Void> prepareSyncData() {
        return new SyncData(handle);
    }

    /// Asks what the system knows of the file. See `man 2 statx`.
    public Operation<Metadata> metadata(Completion<? super Metadata> done) {
        return prepareMetadata().start(done);
    }

    /// The long form of [#metadata(Completion)].
    public AsyncFile.Stat prepareMetadata() {
        return new dev.ringway.internal.op.fs.Stat(handle);
    }

    /// Sets the length of the file: cuts it off there, or fills it up with zeros. See `man 2 ftruncate`.
    ///
    /// @param size in bytes, not negative
    public Operation<@Nullable Void> truncate(long size, Completion<@Nullable Void> done) {
        return prepareTruncate(size).start(done);
    }

    /// The long form of [#truncate(long, Completion)].
    public Operation<@Nullable Void> prepareTruncate(long size) {
        return new Truncate(handle, size);
    }

    /// Makes room on the device for a range of the file, so that writing there does not fail for want of it; a file
    /// that was shorter ends there then. See `man 2 fallocate`.
    ///
    /// Fails with [ErrnoException] EOPNOTSUPP where the system (macOS) or the file system cannot do that.
    ///
    /// @param offset in bytes from the start of the file, not negative
    /// @param length in bytes, at least 1
    public Operation<@Nullable Void> allocate(long offset, long length, Completion<@Nullable Void> done) {
        return prepareAllocate(offset, length).start(done);
    }

    /// The long form of [#allocate(long, long, Completion)].
    public AsyncFile.Allocate prepareAllocate(long offset, long length) {
        return new dev.ringway.internal.op.fs.Allocate(handle, offset, length);
    }

    /// Tells the system how a range of the file will be read; it may act upon it or not. See `man 2 posix_fadvise`.
    ///
    /// Fails with [ErrnoException] EOPNOTSUPP on a system that takes no advice (macOS).
    ///
    /// @param offset in bytes from the start of the file, not negative
    /// @param length in bytes; 0 is all that follows
    public Operation<@Nullable Void> advise(
            long offset, long length, Advice advice, Completion<@Nullable Void> done) {
        return prepareAdvise(offset, length, advice).start(done);
    }

    /// The long form of [#advise(long, long, Advice, Completion)].
    public Operation<@Nullable Void> prepareAdvise(long offset, long length, Advice advice) {
        return new Advise(handle, offset, length, advice);
    }

    /// The file as a channel for threads that may wait, virtual ones above all; also behind
    /// [java.nio.channels.Channels#newInputStream] and its kin.
    ///
    /// Its transfers are at the file's position, and take their turns with the others there. A read moves what it can,
    /// at most 8192 bytes, and a write everything. One thread at a time reads, and one writes. Both throw
    /// [IllegalStateException] on the polling thread, which must never wait.
    ///
    /// Closing the channel closes the file; a thread that reads or writes then gets
    /// [java.nio.channels.AsynchronousCloseException]. An interrupt of such a thread closes it too, and the thread gets
    /// [java.nio.channels.ClosedByInterruptException], its interrupt status set, as soon as the kernel has let go of
    /// the file: on a readiness backend a call that runs goes on to its end before that. See `man 2 read`, `man 2
    /// write`.
    public ByteChannel channel() {
        return new BlockingChannel(this, this::prepareRead, this::prepareWriteAll, false);
    }

    /// Makes another fd for the same open file, close-on-exec. Duplicates share its position; each has turns of its
    /// own, and between operations on different ones no order is promised. See `man 2 dup`.
    public Operation<AsyncFile> duplicate(Completion<? super AsyncFile> done) {
        return prepareDuplicate().start(done);
    }

    /// The long form of [#duplicate(Completion)].
    public Operation<AsyncFile> prepareDuplicate() {
        return new Duplicate<>(handle, this::to);
    }

    /// A read, before it starts. See `man 2 read`, `man 2 pread`, `man 2 preadv`.
    public interface Read extends IntOperation {
        /// Reads at an offset and leaves the file's position alone.
        ///
        /// @param offset in bytes from the start of the file, not negative
        Read from(long offset);

        /// Takes no more than so many bytes, however much room there is: the rest stays where it is.
        ///
        /// @param bytes not negative
        Read atMost(int bytes);

        @Override
        Read timeout(Duration limit);

        /// Makes the finished operation startable again.
        Read reset(Buf dst);

        /// Makes the finished operation startable again.
        Read reset(Buf[] dsts);
    }

    /// A read of a number of bytes, before it starts. See `man 2 read`, `man 2 pread`, `man 2 preadv`.
    public interface ReadN extends IntOperation {
        /// Reads at an offset and leaves the file's position alone.
        ///
        /// @param offset in bytes from the start of the file, not negative
        ReadN from(long offset);

        @Override
        ReadN timeout(Duration limit);

        /// Makes the finished operation startable again.
        ///
        /// @param n 0 to [Buf#writable()]
        ReadN reset(Buf dst, int n);

        /// Makes the finished operation startable again.
        ///
        /// @param n 0 to what the buffers can take together
        ReadN reset(Buf[] dsts, int n);
    }

    /// A write, before it starts. See `man 2 write`, `man 2 pwrite`, `man 2 pwritev`.
    public interface Write extends IntOperation {
        /// Writes at an offset and leaves the file's position alone.
        ///
        /// @param offset in bytes from the start of the file, not negative
        Write at(long offset);

        /// Gives no more than so many bytes of the content, and consumes no more: the rest stays in the buffer.
        ///
        /// @param bytes not negative
        Write atMost(int bytes);

        @Override
        Write timeout(Duration limit);

        /// Makes the finished operation startable again.
        Write reset(Buf src);

        /// Makes the finished operation startable again.
        Write reset(Buf[] srcs);
    }

    /// How a range of a file will be read. See `man 2 posix_fadvise`.
    public enum Advice {
        /// Nothing special.
        NORMAL,
        /// From front to back: read ahead more.
        SEQUENTIAL,
        /// Here and there: do not read ahead.
        RANDOM,
        /// Once.
        NO_REUSE,
        /// Soon: read it now.
        WILL_NEED,
        /// Not soon: what is in memory and has been written to the device may go.
        DONT_NEED
    }

    /// What else than making room an allocation can do; all of them Linux's own, and not of every file system. See `man
    /// 2 fallocate`.
    public enum AllocateMode {
        /// The length of the file stays.
        KEEP_SIZE,
        /// Gives the range back, which then reads as zeros; the length of the file stays.
        PUNCH_HOLE,
        /// Takes the range out of the file, whose rest moves to the front; in whole blocks.
        COLLAPSE_RANGE,
        /// Makes the range zeros, without writing them if that can be.
        ZERO_RANGE,
        /// Moves what is there to the back and leaves a hole; in whole blocks.
        INSERT_RANGE,
        /// Gives the range storage of its own where it shares that with other files.
        UNSHARE_RANGE
    }

    /// A question about the file, before it is asked. See `man 2 statx`.
    public interface Stat extends Operation<Metadata> {
        /// Asks for these fields and no others, which may save the system work; by default for all.
        Stat only(Metadata.Field first, Metadata.Field... more);

        @Override
        Stat timeout(Duration limit);
    }

    /// An allocation, before it starts. See `man 2 fallocate`.
    public interface Allocate extends Operation<@Nullable Void> {
        /// What to do with the range; by default none of these.
        Allocate mode(AllocateMode... modes);

        @Override
        Allocate timeout(Duration limit);
    }
}
