package dev.ringway.kotlin

import dev.ringway.AsyncFile
import dev.ringway.AsyncSink
import dev.ringway.AsyncSource
import dev.ringway.Buf
import dev.ringway.ByteStream
import kotlin.time.Duration

/**
 * Receives up to [Buf.writable] bytes, at least one, appends them to [dst] and returns how many; -1 at the end of the
 * stream, 0 if there is no room. See `man 2 recv`.
 *
 * Throws [java.net.SocketTimeoutException] after [timeout] without bytes, an [java.io.IOException] if the connection is
 * broken, [java.nio.channels.ReadPendingException] if too many receives wait already. May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException] when the
 * kernel has let go of the buffer, not before; bytes that arrived nevertheless are in it.
 */
public suspend fun ByteStream.receive(dst: Buf, timeout: Duration = Duration.INFINITE): Int =
    prepareReceive(dst).within(timeout).await()

/**
 * Sends the whole content of [src], consumes it and returns how many bytes it was; nothing else is sent in between. See
 * `man 2 send`.
 *
 * Throws [java.net.SocketTimeoutException] after [timeout], an [java.io.IOException] if the peer does not take any
 * more, [java.nio.channels.WritePendingException] if too many sends wait already; the rest is then what is left in
 * [src]. May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException] when the
 * kernel has let go of the buffer, not before; what was sent nevertheless has been consumed.
 */
public suspend fun ByteStream.sendAll(src: Buf, timeout: Duration = Duration.INFINITE): Int =
    prepareSendAll(src).within(timeout).await()

/**
 * Ends the output, behind everything that is being sent: the peer sees the end of the stream. See `man 2 shutdown`.
 *
 * Throws an [java.io.IOException] if the connection is broken, [java.net.SocketTimeoutException] after [timeout]. May
 * be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException]; whether
 * the output has ended is then unknown.
 */
public suspend fun ByteStream.shutdownOutput(timeout: Duration = Duration.INFINITE) {
    prepareShutdownOutput().within(timeout).await()
}

/**
 * What this stream receives, to be read by lines, delimiters and numbers of bytes.
 *
 * @param chunkSize bytes that one receive takes at most, at least 1
 * @param idleTimeout positive; a receive without bytes throws [java.net.SocketTimeoutException] after it, and reading
 *   may go on
 */
public fun ByteStream.source(chunkSize: Int = CHUNK_SIZE, idleTimeout: Duration = Duration.INFINITE): ByteSource =
    ByteSource(this, chunkSize, idleTimeout, this::buffer, this::prepareReceive)

/**
 * What this stream sends, gathered to larger pieces.
 *
 * @param bufferSize bytes that wait to be sent together at most, at least 1
 * @param idleTimeout positive; after it a piece that has not been sent throws [java.net.SocketTimeoutException]
 */
public fun ByteStream.sink(bufferSize: Int = CHUNK_SIZE, idleTimeout: Duration = Duration.INFINITE): ByteSink =
    ByteSink(this, bufferSize, idleTimeout, this::buffer, this::prepareSendAll)

/**
 * What is read here, to be read by lines, delimiters and numbers of bytes.
 *
 * @param chunkSize bytes that one read takes at most, at least 1
 * @param idleTimeout positive; a read without bytes throws [java.nio.channels.InterruptedByTimeoutException] after it,
 *   and reading may go on
 */
public fun AsyncSource.buffered(chunkSize: Int = CHUNK_SIZE, idleTimeout: Duration = Duration.INFINITE): ByteSource =
    ByteSource(this, chunkSize, idleTimeout, this::buffer, this::prepareRead)

/**
 * What is written here, gathered to larger pieces.
 *
 * @param bufferSize bytes that wait to be written together at most, at least 1
 * @param idleTimeout positive; after it a piece that has not been written throws
 *   [java.nio.channels.InterruptedByTimeoutException]
 */
public fun AsyncSink.buffered(bufferSize: Int = CHUNK_SIZE, idleTimeout: Duration = Duration.INFINITE): ByteSink =
    ByteSink(this, bufferSize, idleTimeout, this::buffer, this::prepareWriteAll)

/**
 * The file from its position on, to be read by lines, delimiters and numbers of bytes.
 *
 * @param chunkSize bytes that one read takes at most, at least 1
 */
public fun AsyncFile.source(chunkSize: Int = CHUNK_SIZE): ByteSource =
    ByteSource(this, chunkSize, Duration.INFINITE, this::buffer, this::prepareRead)

/**
 * What is written to the file from its position on, gathered to larger pieces.
 *
 * @param bufferSize bytes that wait to be written together at most, at least 1
 */
public fun AsyncFile.sink(bufferSize: Int = CHUNK_SIZE): ByteSink =
    ByteSink(this, bufferSize, Duration.INFINITE, this::buffer, this::prepareWriteAll)

private const val CHUNK_SIZE = 8192
