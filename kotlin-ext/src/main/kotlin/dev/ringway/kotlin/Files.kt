package dev.ringway.kotlin

import dev.ringway.AsyncFile
import dev.ringway.Buf
import dev.ringway.Metadata
import dev.ringway.RingFiles
import java.nio.file.OpenOption
import java.nio.file.Path
import java.nio.file.attribute.PosixFilePermission
import kotlin.time.Duration

/** For transfers at the file's own position. */
private const val POSITION = -1L

/**
 * Opens a file, for reading if [options] do not say otherwise. See `man 2 open`.
 *
 * Throws [java.nio.file.NoSuchFileException], [java.nio.file.FileAlreadyExistsException],
 * [java.nio.file.AccessDeniedException], [java.nio.channels.InterruptedByTimeoutException] after [timeout]. May be
 * called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException] when the
 * kernel has let go of the path, not before; a file that was opened nevertheless is closed. On a readiness backend an
 * open that is under way cannot be cancelled.
 *
 * @param options [java.nio.file.StandardOpenOption]s other than `DELETE_ON_CLOSE` and `SPARSE`
 * @param permissions of a file that is created, less the process's umask; null means `rw-------`
 */
public suspend fun RingFiles.open(
    path: Path,
    vararg options: OpenOption,
    permissions: Set<PosixFilePermission>? = null,
    timeout: Duration = Duration.INFINITE,
): AsyncFile {
    val open = prepareOpen(path, *options)
    return (if (permissions == null) open else open.permissions(permissions)).within(timeout).await()
}

/**
 * Reads up to [Buf.writable] bytes, appends them to [dst] and returns how many; -1 at the end of the file. See `man 2
 * read`, `man 2 pread`.
 *
 * Throws [java.nio.channels.InterruptedByTimeoutException] after [timeout]. May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException] when the
 * kernel has let go of the buffer, not before; bytes that arrived nevertheless are in it.
 *
 * @param offset in bytes from the start of the file; -1 reads at the file's position and moves that
 */
public suspend fun AsyncFile.read(dst: Buf, offset: Long = POSITION, timeout: Duration = Duration.INFINITE): Int {
    return (if (offset == POSITION) Reading else ReadingAt).count(this, dst, offset, timeout)
}

/**
 * Reads into several buffers, the first of them first, up to what they can take together, and returns how many bytes;
 * -1 at the end of the file. See `man 2 readv`, `man 2 preadv`.
 *
 * Throws [java.nio.channels.InterruptedByTimeoutException] after [timeout]. May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException] when the
 * kernel has let go of the buffers, not before; bytes that arrived nevertheless are in them.
 *
 * @param dsts 1 to 1024, none of them twice; the array is copied
 * @param offset in bytes from the start of the file; -1 reads at the file's position and moves that
 */
public suspend fun AsyncFile.read(
    dsts: Array<Buf>,
    offset: Long = POSITION,
    timeout: Duration = Duration.INFINITE,
): Int {
    val read = prepareRead(dsts)
    return (if (offset == POSITION) read else read.from(offset)).within(timeout).await()
}

/**
 * Reads exactly [n] bytes, appends them to [dst] and returns [n]. See `man 2 read`, `man 2 pread`.
 *
 * Throws [java.io.EOFException] if the file ends before, [java.nio.channels.InterruptedByTimeoutException] after
 * [timeout]; what was read until then is in [dst]. May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException] when the
 * kernel has let go of the buffer, not before; bytes that arrived nevertheless are in it.
 *
 * @param n 0 to [Buf.writable]
 * @param offset in bytes from the start of the file; -1 reads at the file's position and moves that
 */
public suspend fun AsyncFile.readN(
    dst: Buf,
    n: Int,
    offset: Long = POSITION,
    timeout: Duration = Duration.INFINITE,
): Int {
    val read = prepareReadN(dst, n)
    return (if (offset == POSITION) read else read.from(offset)).within(timeout).await()
}

/**
 * Reads exactly [n] bytes into several buffers, the first of them first, and returns [n]. See `man 2 readv`, `man 2
 * preadv`.
 *
 * Throws [java.io.EOFException] if the file ends before, [java.nio.channels.InterruptedByTimeoutException] after
 * [timeout]; what was read until then is in [dsts]. May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException] when the
 * kernel has let go of the buffers, not before; bytes that arrived nevertheless are in them.
 *
 * @param dsts 1 to 1024, none of them twice; the array is copied
 * @param n 0 to what they can take together
 * @param offset in bytes from the start of the file; -1 reads at the file's position and moves that
 */
public suspend fun AsyncFile.readN(
    dsts: Array<Buf>,
    n: Int,
    offset: Long = POSITION,
    timeout: Duration = Duration.INFINITE,
): Int {
    val read = prepareReadN(dsts, n)
    return (if (offset == POSITION) read else read.from(offset)).within(timeout).await()
}

/**
 * Writes some of the content of [src], consumes it and returns how many bytes it was. See `man 2 write`, `man 2
 * pwrite`.
 *
 * Throws [java.nio.channels.InterruptedByTimeoutException] after [timeout]. May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException] when the
 * kernel has let go of the buffer, not before; what was written nevertheless has been consumed.
 *
 * @param offset in bytes from the start of the file; -1 writes at the file's position and moves that
 */
public suspend fun AsyncFile.write(src: Buf, offset: Long = POSITION, timeout: Duration = Duration.INFINITE): Int {
    return (if (offset == POSITION) Writing else WritingAt).count(this, src, offset, timeout)
}

/**
 * Writes some of the content of several buffers, that of the first of them first, consumes it and returns how many
 * bytes it was. See `man 2 writev`, `man 2 pwritev`.
 *
 * Throws [java.nio.channels.InterruptedByTimeoutException] after [timeout]. May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException] when the
 * kernel has let go of the buffers, not before; what was written nevertheless has been consumed.
 *
 * @param srcs 1 to 1024, none of them twice; the array is copied
 * @param offset in bytes from the start of the file; -1 writes at the file's position and moves that
 */
public suspend fun AsyncFile.write(
    srcs: Array<Buf>,
    offset: Long = POSITION,
    timeout: Duration = Duration.INFINITE,
): Int {
    val write = prepareWrite(srcs)
    return (if (offset == POSITION) write else write.at(offset)).within(timeout).await()
}

/**
 * Writes the whole content of [src], consumes it and returns how many bytes it was. See `man 2 write`, `man 2 pwrite`.
 *
 * Throws [java.nio.channels.InterruptedByTimeoutException] after [timeout]; the rest is then what is left in [src]. May
 * be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException] when the
 * kernel has let go of the buffer, not before; what was written nevertheless has been consumed.
 *
 * @param offset in bytes from the start of the file; -1 writes at the file's position and moves that
 */
public suspend fun AsyncFile.writeAll(src: Buf, offset: Long = POSITION, timeout: Duration = Duration.INFINITE): Int {
    return (if (offset == POSITION) WritingAll else WritingAllAt).count(this, src, offset, timeout)
}

/**
 * Writes the whole content of several buffers, that of the first of them first, consumes it and returns how many bytes
 * it was. See `man 2 writev`, `man 2 pwritev`.
 *
 * Throws [java.nio.channels.InterruptedByTimeoutException] after [timeout]; the rest is then what is left in [srcs].
 * May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException] when the
 * kernel has let go of the buffers, not before; what was written nevertheless has been consumed.
 *
 * @param srcs 1 to 1024, none of them twice; the array is copied
 * @param offset in bytes from the start of the file; -1 writes at the file's position and moves that
 */
public suspend fun AsyncFile.writeAll(
    srcs: Array<Buf>,
    offset: Long = POSITION,
    timeout: Duration = Duration.INFINITE,
): Int {
    val write = prepareWriteAll(srcs)
    return (if (offset == POSITION) write else write.at(offset)).within(timeout).await()
}

/**
 * Makes durable what has been written by now, with the file's metadata: returns when the storage device has it. See
 * `man 2 fsync`.
 *
 * Throws [java.nio.channels.InterruptedByTimeoutException] after [timeout], an [java.io.IOException] if the device
 * could not write. May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException] when the
 * kernel has let go of the file, not before; what is durable is then unknown.
 */
public suspend fun AsyncFile.sync(timeout: Duration = Duration.INFINITE) {
    prepareSync().within(timeout).await()
}

/**
 * Makes another fd for the same file, close-on-exec; they share its position. See `man 2 dup`.
 *
 * Throws an [java.io.IOException] if the process has no fd left. May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException]; a
 * duplicate that was made nevertheless is closed.
 */
public suspend fun AsyncFile.duplicate(): AsyncFile = prepareDuplicate().await()

private open class FileReads : Door<AsyncFile, AsyncFile.Read, Buf> {
    override fun make(subject: AsyncFile, argument: Buf, number: Long): AsyncFile.Read = subject.prepareRead(argument)

    override fun again(operation: AsyncFile.Read, argument: Buf, number: Long) {
        operation.reset(argument)
    }
}

/**
 * Opens a new file that has no name, for reading and writing: it is gone when it is closed. See O_TMPFILE in `man 2
 * open`.
 *
 * Throws [dev.ringway.ErrnoException] EOPNOTSUPP where the system (any but Linux) or the file system has no such files,
 * [java.nio.channels.InterruptedByTimeoutException] after [timeout]. May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException] when the
 * kernel has let go of the path, not before; a file that was opened nevertheless is closed.
 *
 * @param directory on the file system that is to hold it
 * @param options `SYNC`, `DSYNC` and `DIRECT`
 */
public suspend fun RingFiles.openTemporary(
    directory: Path,
    vararg options: OpenOption,
    timeout: Duration = Duration.INFINITE,
): AsyncFile = prepareOpenTemporary(directory, *options).within(timeout).await()

/**
 * Creates a directory. See `man 2 mkdir`.
 *
 * Throws [java.nio.file.FileAlreadyExistsException], [java.nio.file.NoSuchFileException] for its parent,
 * [java.nio.file.AccessDeniedException], or another [java.io.IOException];
 * [java.nio.channels.InterruptedByTimeoutException] after [timeout]. May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException] when the
 * kernel has let go of the path, not before; whether it was created is then unknown.
 *
 * @param permissions less the process's umask; null means `rwx------`
 */
public suspend fun RingFiles.createDirectory(
    path: Path,
    permissions: Set<PosixFilePermission>? = null,
    timeout: Duration = Duration.INFINITE,
) {
    val create = prepareCreateDirectory(path)
    (if (permissions == null) create else create.permissions(permissions)).within(timeout).await()
}

/**
 * Gives a file or a directory another name, also in another directory of its file system; a file, or an empty
 * directory, that had this name is replaced. See `man 2 rename`.
 *
 * Throws [java.nio.file.NoSuchFileException], [java.nio.file.DirectoryNotEmptyException],
 * [java.nio.file.AccessDeniedException], or another [java.io.IOException];
 * [java.nio.channels.InterruptedByTimeoutException] after [timeout]. May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException] when the
 * kernel has let go of the paths, not before; whether it was renamed is then unknown.
 */
public suspend fun RingFiles.rename(from: Path, to: Path, timeout: Duration = Duration.INFINITE) {
    prepareRename(from, to).within(timeout).await()
}

/**
 * Deletes the name of a file, of a symbolic link itself, not of a directory. See `man 2 unlink`.
 *
 * Throws [java.nio.file.NoSuchFileException], [java.nio.file.AccessDeniedException], or another [java.io.IOException];
 * [java.nio.channels.InterruptedByTimeoutException] after [timeout]. May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException] when the
 * kernel has let go of the path, not before; whether it was deleted is then unknown.
 */
public suspend fun RingFiles.delete(path: Path, timeout: Duration = Duration.INFINITE) {
    prepareDelete(path).within(timeout).await()
}

/**
 * Deletes an empty directory. See `man 2 rmdir`.
 *
 * Throws [java.nio.file.NoSuchFileException], [java.nio.file.DirectoryNotEmptyException],
 * [java.nio.file.AccessDeniedException], or another [java.io.IOException];
 * [java.nio.channels.InterruptedByTimeoutException] after [timeout]. May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException] when the
 * kernel has let go of the path, not before; whether it was deleted is then unknown.
 */
public suspend fun RingFiles.deleteDirectory(path: Path, timeout: Duration = Duration.INFINITE) {
    prepareDeleteDirectory(path).within(timeout).await()
}

/**
 * Makes durable what has been written by now, with the metadata that reading it needs: returns when the storage device
 * has it. See `man 2 fdatasync`.
 *
 * Throws [java.nio.channels.InterruptedByTimeoutException] after [timeout], another [java.io.IOException] if the
 * system refuses. May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException] when the
 * kernel has let go of the file, not before; what is durable is then unknown.
 */
public suspend fun AsyncFile.syncData(timeout: Duration = Duration.INFINITE) {
    prepareSyncData().within(timeout).await()
}

/**
 * Asks what the system knows of the file. See `man 2 statx`.
 *
 * Throws [java.nio.channels.InterruptedByTimeoutException] after [timeout], another [java.io.IOException] if the
 * system refuses. May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException] when the
 * kernel has let go of the file, not before; nothing has changed.
 *
 * @param fields what to ask for; none means everything
 */
public suspend fun AsyncFile.metadata(
    vararg fields: Metadata.Field,
    timeout: Duration = Duration.INFINITE,
): Metadata {
    val stat = prepareMetadata()
    return (if (fields.isEmpty()) stat else stat.only(fields[0], *fields)).within(timeout).await()
}

/**
 * Sets the length of the file: cuts it off there, or fills it up with zeros. See `man 2 ftruncate`.
 *
 * Throws [java.nio.channels.InterruptedByTimeoutException] after [timeout], another [java.io.IOException] if the
 * system refuses. May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException] when the
 * kernel has let go of the file, not before; which length it has is then unknown.
 *
 * @param size in bytes, not negative
 */
public suspend fun AsyncFile.truncate(size: Long, timeout: Duration = Duration.INFINITE) {
    prepareTruncate(size).within(timeout).await()
}

/**
 * Makes room on the device for a range of the file, or does with it what [modes] say. See `man 2 fallocate`.
 *
 * Throws [dev.ringway.ErrnoException] EOPNOTSUPP where the system (macOS) or the file system cannot do that,
 * [java.nio.channels.InterruptedByTimeoutException] after [timeout]. May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException] when the
 * kernel has let go of the file, not before; whether it was done is then unknown.
 *
 * @param offset in bytes from the start of the file, not negative
 * @param length in bytes, at least 1
 */
public suspend fun AsyncFile.allocate(
    offset: Long,
    length: Long,
    vararg modes: AsyncFile.AllocateMode,
    timeout: Duration = Duration.INFINITE,
) {
    prepareAllocate(offset, length).mode(*modes).within(timeout).await()
}

/**
 * Tells the system how a range of the file will be read. See `man 2 posix_fadvise`.
 *
 * Throws [dev.ringway.ErrnoException] EOPNOTSUPP where the system (macOS) or the file system cannot do that,
 * [java.nio.channels.InterruptedByTimeoutException] after [timeout]. May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException] when the
 * kernel has let go of the file, not before; nothing that can be seen has changed.
 *
 * @param offset in bytes from the start of the file, not negative
 * @param length in bytes; 0 is all that follows
 */
public suspend fun AsyncFile.advise(
    offset: Long,
    length: Long,
    advice: AsyncFile.Advice,
    timeout: Duration = Duration.INFINITE,
) {
    prepareAdvise(offset, length, advice).within(timeout).await()
}

/** At the file's position. An operation that was given an offset has no way back to that. */
private object Reading : FileReads()

private object ReadingAt : FileReads() {
    override fun make(subject: AsyncFile, argument: Buf, number: Long): AsyncFile.Read =
        super.make(subject, argument, number).from(number)

    override fun again(operation: AsyncFile.Read, argument: Buf, number: Long) {
        operation.reset(argument).from(number)
    }
}

private open class FileWrites(private val all: Boolean) : Door<AsyncFile, AsyncFile.Write, Buf> {
    override fun make(subject: AsyncFile, argument: Buf, number: Long): AsyncFile.Write =
        if (all) subject.prepareWriteAll(argument) else subject.prepareWrite(argument)

    override fun again(operation: AsyncFile.Write, argument: Buf, number: Long) {
        operation.reset(argument)
    }
}

private class FileWritesAt(all: Boolean) : FileWrites(all) {
    override fun make(subject: AsyncFile, argument: Buf, number: Long): AsyncFile.Write =
        super.make(subject, argument, number).at(number)

    override fun again(operation: AsyncFile.Write, argument: Buf, number: Long) {
        operation.reset(argument).at(number)
    }
}

private val Writing = FileWrites(all = false)
private val WritingAt: FileWrites = FileWritesAt(all = false)
private val WritingAll = FileWrites(all = true)
private val WritingAllAt: FileWrites = FileWritesAt(all = true)
