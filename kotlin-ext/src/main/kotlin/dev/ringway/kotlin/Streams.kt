package dev.ringway.kotlin

import dev.ringway.AsyncSink
import dev.ringway.AsyncSource
import dev.ringway.Buf
import dev.ringway.BufPool
import dev.ringway.PipeEnds
import dev.ringway.RingStreams
import kotlin.time.Duration
import kotlinx.coroutines.flow.Flow

/**
 * Makes a pipe, both ends close-on-exec. See `man 2 pipe`.
 *
 * Throws an [java.io.IOException] if the process has no fd left. May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException]; a pipe
 * that was made nevertheless is closed.
 *
 * @param packets keeps writes apart; Linux alone, see [RingStreams.Pipe.packets]
 * @param size in bytes, at least 1, Linux alone; 0 for the default. See [RingStreams.Pipe.size]
 */
public suspend fun RingStreams.pipe(packets: Boolean = false, size: Int = 0): PipeEnds {
    val pipe = preparePipe()
    if (packets) pipe.packets()
    if (size != 0) pipe.size(size)
    return pipe.await()
}

/**
 * Reads what there is, up to [Buf.writable] bytes, appends it to [dst] and returns how many bytes it was; -1 when
 * everything has been read and nobody can write any more. See `man 2 read`.
 *
 * Throws [java.nio.channels.InterruptedByTimeoutException] after [timeout] without bytes,
 * [java.nio.channels.ReadPendingException] if too many reads wait already or a [readFlow] is being collected. May be
 * called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException] when the
 * kernel has let go of the buffer, not before; bytes that were read nevertheless are in it.
 */
public suspend fun AsyncSource.read(dst: Buf, timeout: Duration = Duration.INFINITE): Int =
    StreamReads.count(this, dst, 0, timeout)

/**
 * Reads exactly [n] bytes, appends them to [dst] and returns [n]; no other read gets bytes in between. See `man 2
 * read`.
 *
 * Throws [java.io.EOFException] if the end comes before, [java.nio.channels.InterruptedByTimeoutException] after
 * [timeout]; what was read until then is in [dst]. May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException] when the
 * kernel has let go of the buffer, not before; bytes that were read nevertheless are in it.
 *
 * @param n 0 to [Buf.writable]
 */
public suspend fun AsyncSource.readN(dst: Buf, n: Int, timeout: Duration = Duration.INFINITE): Int =
    StreamReadsN.count(this, dst, n.toLong(), timeout)

/**
 * Reads what there is into several buffers, the first of them first, appends to them and returns how many bytes it was;
 * -1 when everything has been read and nobody can write any more. See `man 2 readv`.
 *
 * Throws [java.nio.channels.InterruptedByTimeoutException] after [timeout] without bytes,
 * [java.nio.channels.ReadPendingException] if too many reads wait already or a [readFlow] is being collected. May be
 * called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException] when the
 * kernel has let go of the buffers, not before; bytes that were read nevertheless are in them.
 *
 * @param dsts 1 to 1024, none of them twice; the array is copied
 */
public suspend fun AsyncSource.read(dsts: Array<Buf>, timeout: Duration = Duration.INFINITE): Int =
    prepareRead(dsts).within(timeout).await()

/**
 * Reads exactly [n] bytes into several buffers, the first of them first, and returns [n]; no other read gets bytes in
 * between. See `man 2 readv`.
 *
 * Throws [java.io.EOFException] if the end comes before, [java.nio.channels.InterruptedByTimeoutException] after
 * [timeout]; what was read until then is in the buffers. May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException] when the
 * kernel has let go of the buffers, not before; bytes that were read nevertheless are in them.
 *
 * @param dsts 1 to 1024, none of them twice; the array is copied
 * @param n 0 to what the buffers can take together
 */
public suspend fun AsyncSource.readN(dsts: Array<Buf>, n: Int, timeout: Duration = Duration.INFINITE): Int =
    prepareReadN(dsts, n).within(timeout).await()

/**
 * What is read as a flow of leases of the pool, to the end. See `man 2 read`.
 *
 * A lease belongs to the collector, who has to release it. While the collector is busy, a bounded number of buffers is
 * filled in advance; operators that drop items, or that keep them in a channel (`buffer`, `flowOn`, `conflate`), lose
 * leases. Throws what the read fails with, [java.nio.channels.InterruptedByTimeoutException] after [idleTimeout]
 * without bytes.
 *
 * If the collection is cancelled or ends early, the read is cancelled, and the collection ends when the kernel has let
 * go of the pool's buffers, not before; bytes that were read and not collected are what the next read gets.
 *
 * @param pool of the same ring
 * @param idleTimeout positive; the time in which the collector is busy does not count
 */
public fun AsyncSource.readFlow(pool: BufPool, idleTimeout: Duration = Duration.INFINITE): Flow<Buf> =
    IterationFlow(idleTimeout) { prepareReadEach(pool) }

/**
 * Makes another fd for the same source, close-on-exec. See `man 2 dup`.
 *
 * Throws an [java.io.IOException] if the process has no fd left. May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException]; a
 * duplicate that was made nevertheless is closed.
 */
public suspend fun AsyncSource.duplicate(): AsyncSource = prepareDuplicate().await()

/**
 * Writes some of the content of [src], as much as there is room for, consumes it and returns how many bytes it was. See
 * `man 2 write`.
 *
 * Throws an [java.io.IOException] that names EPIPE if nobody can read any more,
 * [java.nio.channels.InterruptedByTimeoutException] after [timeout], [java.nio.channels.WritePendingException] if too
 * many writes wait already. May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException] when the
 * kernel has let go of the buffer, not before; what was written nevertheless has been consumed.
 */
public suspend fun AsyncSink.write(src: Buf, timeout: Duration = Duration.INFINITE): Int =
    StreamWrites.count(this, src, 0, timeout)

/**
 * Writes the whole content of [src], consumes it and returns how many bytes it was; nothing else is written in between.
 * See `man 2 write`.
 *
 * Throws an [java.io.IOException] that names EPIPE if nobody can read any more,
 * [java.nio.channels.InterruptedByTimeoutException] after [timeout]; the rest is then what is left in [src]. May be
 * called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException] when the
 * kernel has let go of the buffer, not before; what was written nevertheless has been consumed.
 */
public suspend fun AsyncSink.writeAll(src: Buf, timeout: Duration = Duration.INFINITE): Int =
    StreamWritesAll.count(this, src, 0, timeout)

/**
 * Writes some of the content of several buffers, that of the first of them first, as much as there is room for,
 * consumes it and returns how many bytes it was. See `man 2 writev`.
 *
 * Throws an [java.io.IOException] that names EPIPE if nobody can read any more,
 * [java.nio.channels.InterruptedByTimeoutException] after [timeout], [java.nio.channels.WritePendingException] if too
 * many writes wait already. May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException] when the
 * kernel has let go of the buffers, not before; what was written nevertheless has been consumed.
 *
 * @param srcs 1 to 1024, none of them twice; the array is copied
 */
public suspend fun AsyncSink.write(srcs: Array<Buf>, timeout: Duration = Duration.INFINITE): Int =
    prepareWrite(srcs).within(timeout).await()

/**
 * Writes the whole content of several buffers, that of the first of them first, consumes it and returns how many bytes
 * it was; nothing else is written in between. See `man 2 writev`.
 *
 * Throws an [java.io.IOException] that names EPIPE if nobody can read any more,
 * [java.nio.channels.InterruptedByTimeoutException] after [timeout]; the rest is then what is left in the buffers. May
 * be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException] when the
 * kernel has let go of the buffers, not before; what was written nevertheless has been consumed.
 *
 * @param srcs 1 to 1024, none of them twice; the array is copied
 */
public suspend fun AsyncSink.writeAll(srcs: Array<Buf>, timeout: Duration = Duration.INFINITE): Int =
    prepareWriteAll(srcs).within(timeout).await()

/**
 * Makes another fd for the same sink, close-on-exec. See `man 2 dup`.
 *
 * Throws an [java.io.IOException] if the process has no fd left. May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException]; a
 * duplicate that was made nevertheless is closed.
 */
public suspend fun AsyncSink.duplicate(): AsyncSink = prepareDuplicate().await()

private object StreamReads : Door<AsyncSource, AsyncSource.Read, Buf> {
    override fun make(subject: AsyncSource, argument: Buf, number: Long) = subject.prepareRead(argument)

    override fun again(operation: AsyncSource.Read, argument: Buf, number: Long) {
        operation.reset(argument)
    }
}

private object StreamReadsN : Door<AsyncSource, AsyncSource.ReadN, Buf> {
    override fun make(subject: AsyncSource, argument: Buf, number: Long) =
        subject.prepareReadN(argument, number.toInt())

    override fun again(operation: AsyncSource.ReadN, argument: Buf, number: Long) {
        operation.reset(argument, number.toInt())
    }
}

private object StreamWrites : Door<AsyncSink, AsyncSink.Write, Buf> {
    override fun make(subject: AsyncSink, argument: Buf, number: Long) = subject.prepareWrite(argument)

    override fun again(operation: AsyncSink.Write, argument: Buf, number: Long) {
        operation.reset(argument)
    }
}

private object StreamWritesAll : Door<AsyncSink, AsyncSink.Write, Buf> {
    override fun make(subject: AsyncSink, argument: Buf, number: Long) = subject.prepareWriteAll(argument)

    override fun again(operation: AsyncSink.Write, argument: Buf, number: Long) {
        operation.reset(argument)
    }
}
